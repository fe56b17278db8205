package org.sscspark.pruning;

import java.nio.DoubleBuffer;

/**
 * The gradient of the training loss over scoring examples, as data-dependent scores need it. An
 * implementation sums gradients over all examples of a draw before anyone takes an absolute value;
 * whether one machine or a cluster computes it makes no difference to a scorer.
 */
public interface GradientSource {
  /**
   * Returns the gradient of the mean loss, one number for each prunable weight. Weights come in a
   * buffer, which for a large network need not be in the heap.
   *
   * @param weights the prunable weights, as in the flat vector; zero where pruned. The gradient is
   *     dense all the same: a pruned weight gets the slope it would have at zero
   * @param draw which examples: equal draws see equal examples
   * @return an array that belongs to the caller
   */
  double[] gradient(DoubleBuffer weights, int draw);

  /** The same, of weights in an array. */
  default double[] gradient(double[] weights, int draw) {
    return gradient(DoubleBuffer.wrap(weights), draw);
  }

  /** What the gradients were computed on and how, for the record of a run. */
  String description();
}
