package org.sscspark.spark.prune;

import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.network.FeatureShape;
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
    ParameterLayout layout = ParameterLayout.of(function.network());
    long weights = layout.weightCount();
    long parameters = layout.size();
    long outputs =
        chunk * function.network().shapes().values().stream().mapToLong(FeatureShape::size).sum();
    ScoredFunction.Footprint held = function.footprint();
    boolean doubles = held.doubles();
    // All slots share the weights and the blocks that they came in. Singles: parameters, gradients,
    // outputs and their gradients on the heap. Doubles: those are ND4J's, outside of it, and the
    // heap has parameters and gradients, and the weights' gradients once more.
    ExecutorMemory.require(
        spark,
        "Scoring %s in chunks of %d".formatted(function.network().name(), chunk),
        Double.BYTES * 2 * weights,
        doubles
            ? Double.BYTES * (2 * parameters + weights)
            : Float.BYTES * 2 * (parameters + outputs) + Double.BYTES * weights,
        doubles ? held.networks() * (Double.BYTES * (2 * parameters + outputs)) : 0);
  }
}
