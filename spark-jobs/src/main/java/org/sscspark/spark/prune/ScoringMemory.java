package org.sscspark.spark.prune;

import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.ScoredFunction;
import org.sscspark.spark.averaging.ExecutorMemory;

/** What scoring takes at least, so that too little is said before executors die of it. */
final class ScoringMemory {
  private ScoringMemory() {}

  /**
   * Holds that executors can compute a chunk's gradient in each of their task slots.
   *
   * @param chunk examples of one forward pass
   * @throws org.sscspark.config.BadInputException if they have too little memory
   */
  static void require(JavaSparkContext spark, ScoredFunction function, int chunk) {
    long weights = (long) Double.BYTES * ParameterLayout.of(function.network()).weightCount();
    ReplicaMemory replica = function.memory(chunk);
    // All slots share the weights and the blocks that they came in; each returns their gradient.
    ExecutorMemory.require(
        spark,
        "Scoring %s in chunks of %s".formatted(function.network().name(), chunk),
        2 * weights,
        replica.heap() + weights,
        replica.outside());
  }
}
