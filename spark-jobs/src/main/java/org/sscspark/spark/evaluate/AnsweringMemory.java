package org.sscspark.spark.evaluate;

import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.engine.cuda.CudaEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.spark.averaging.ExecutorMemory;
import org.sscspark.spark.gpu.GpuStage;

/** What answering takes at least, so that too little is said before executors die of it. */
public final class AnsweringMemory {
  private AnsweringMemory() {}

  /** The name of the engine that answers by these settings: on all cores, if not on GPUs. */
  public static String engine(JavaSparkContext spark, EngineSettings settings) {
    boolean onGpu = GpuStage.of(spark.getConf()).inEveryTask();
    return onGpu && settings.name().equals(Engines.AUTO) ? CudaEngine.NAME : settings.name();
  }

  /**
   * Holds that executors can answer in each of their task slots.
   *
   * @param what the work, as the beginning of a sentence
   * @param batch images of one forward pass
   * @throws org.sscspark.config.BadInputException if they have too little memory
   */
  public static void require(
      JavaSparkContext spark, String what, NetworkSpec network, EngineSettings engine, int batch) {
    ReplicaMemory ofSlot =
        Engines.memory(engine(spark, engine), ReplicaUse.answering(network, batch));
    ExecutorMemory.require(
        spark,
        "%s with %s in minibatches of %s".formatted(what, network.name(), batch),
        Float.BYTES * (long) ParameterLayout.of(network).size(),
        ofSlot.heap(),
        ofSlot.outside());
  }
}
