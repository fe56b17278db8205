package org.sscspark.optimizer;

/**
 * Adam (Kingma and Ba, ICLR 2015; see {@link AdamRule} for its form), whose gradient holds the
 * coupled decay. State: [mean | squared mean], each of the trainable length.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the squared mean, in [0, 1)
 * @param epsilon what keeps the division finite, positive
 * @param weightDecay the coefficient of weights
 * @param affineWeightDecay the coefficient of biases and batch-norm scales and shifts
 */
public record Adam(
    double beta1, double beta2, double epsilon, double weightDecay, double affineWeightDecay)
    implements AdamRule {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public Adam() {
    this(0.9, 0.999, 1e-8, 1e-4, 0);
  }

  public Adam {
    AdamRule.check(beta1, beta2, epsilon);
    WeightDecay.check(weightDecay, affineWeightDecay);
  }

  @Override
  public String type() {
    return "adam";
  }
}
