package org.sscspark.engine.nd4j;

import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.Engine;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.engine.ReplicaUse;
import org.sscspark.network.NetworkSpec;

/**
 * Networks on ND4J's operators, with sparse weights spread to dense arrays. It computes the zeros
 * too: the reference for other engines, and the way to an ND4J backend for another device. Results
 * repeat bit for bit with the same number of threads; replicas that run at once in one process must
 * ask for the same number.
 */
public final class Nd4jEngine implements Engine {
  /** The engine's name. */
  public static final String NAME = "nd4j";

  private final Nd4jThreads threads;

  /** Makes an engine whose operators run on this many threads. */
  public Nd4jEngine(int threads) {
    this.threads = new Nd4jThreads(threads);
  }

  @Override
  public EngineDescription description() {
    String detail =
        String.format(
            Locale.ROOT,
            "%s, BLAS %s, %s",
            Nd4j.getBackend().getClass().getSimpleName(),
            Nd4j.factory().blas().getBlasVendor(),
            CpuKernels.description());
    return new EngineDescription(
        NAME, 1, threads.count(), detail, threads.count() + " threads, " + detail);
  }

  @Override
  public Replica replica(NetworkSpec network, int capacity) {
    return new Nd4jReplica(network, capacity, /* trains= */ true, threads);
  }

  /** There is no plan of buffers in turn: operators hold their outputs. */
  @Override
  public InferenceReplica inferenceReplica(NetworkSpec network, int capacity) {
    return new Nd4jReplica(network, capacity, /* trains= */ false, threads);
  }

  /** What a replica of this engine takes: {@link ReplicaMemory}. */
  public static ReplicaMemory memory(ReplicaUse use) {
    return new ReplicaMemory(
        FlatReplica.vectorBytes(use),
        Float.BYTES * Nd4jMemory.values(use.network(), use.capacity(), use.trains()),
        0);
  }
}
