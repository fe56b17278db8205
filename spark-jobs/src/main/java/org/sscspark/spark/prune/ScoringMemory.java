package org.sscspark.spark.prune;

import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.LossGradient;
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
  static void require(JavaSparkContext spark, LossGradient loss, int chunk) {
    long weights = ParameterLayout.of(loss.network()).weightCount();
    long parameters = weights + loss.others().length;
    long outputs =
        chunk * loss.network().shapes().values().stream().mapToLong(FeatureShape::size).sum();
    boolean doubles = loss.precision() instanceof LossGradient.Precision.Doubles;
    // All slots share the weights and the blocks that they came in. Singles: parameters, gradients,
    // outputs and their gradients on the heap. Doubles: those are ND4J's, outside of it, and the
    // heap has parameters and gradients, and the weights' gradients once more.
    ExecutorMemory.require(
        spark,
        "Scoring %s in chunks of %d".formatted(loss.network().name(), chunk),
        Double.BYTES * 2 * weights,
        doubles
            ? Double.BYTES * (2 * parameters + weights)
            : Float.BYTES * 2 * (parameters + outputs) + Double.BYTES * weights,
        doubles ? Double.BYTES * (2 * parameters + outputs) : 0);
  }
}
