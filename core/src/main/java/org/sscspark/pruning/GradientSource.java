package org.sscspark.pruning;

/**
 * The gradient of the training loss over scoring examples, as data-dependent scores need it. An
 * implementation sums gradients over all examples of a draw before anyone takes an absolute value;
 * whether one machine or a cluster computes it makes no difference to a scorer.
 */
public interface GradientSource {
  /**
   * Returns the gradient of the mean loss, one number for each prunable weight.
   *
   * @param weights the prunable weights, as in the flat vector; zero where pruned. The gradient is
   *     dense all the same: a pruned weight gets the slope it would have at zero
   * @param draw which examples: equal draws see equal examples
   */
  double[] gradient(double[] weights, int draw);

  /** What the gradients were computed on and how, for the record of a run. */
  String description();
}
