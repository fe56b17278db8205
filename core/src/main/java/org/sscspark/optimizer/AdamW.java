package org.sscspark.optimizer;

/**
 * Adam with decoupled decay (Loshchilov and Hutter, ICLR 2019; see {@link AdamRule} for its form):
 * {@code p *= 1 - lr * decay} before each step, whatever the gradient. State: [mean | squared
 * mean], each of the trainable length.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the squared mean, in [0, 1)
 * @param epsilon what keeps the division finite, positive
 * @param weightDecay the coefficient of weights
 * @param affineWeightDecay the coefficient of biases and batch-norm scales and shifts
 */
public record AdamW(
    double beta1, double beta2, double epsilon, double weightDecay, double affineWeightDecay)
    implements AdamRule {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public AdamW() {
    this(0.9, 0.999, 1e-8, 0.01, 0);
  }

  public AdamW {
    AdamRule.check(beta1, beta2, epsilon);
    WeightDecay.check(weightDecay, affineWeightDecay);
  }

  @Override
  public String type() {
    return "adamw";
  }

  @Override
  public WeightDecay decay() {
    return WeightDecay.decoupled(weightDecay, affineWeightDecay);
  }
}
