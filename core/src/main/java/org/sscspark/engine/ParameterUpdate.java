package org.sscspark.engine;

/**
 * One step of an optimizer, with its numbers of that step, for replicas that change their
 * parameters themselves. What each means is said where the optimizer is.
 */
public sealed interface ParameterUpdate {
  /** How far the step goes. */
  float rate();

  /** What {@code g}, the loss's gradient, gets added of each parameter before the rule sees it. */
  Decay coupled();

  /**
   * Shares of parameters.
   *
   * @param weights of weights
   * @param affine of biases and batch-norm scales and shifts
   */
  record Decay(float weights, float affine) {
    /** Nothing of any. */
    public static final Decay NONE = new Decay(0, 0);
  }

  /** {@code p -= rate g}; no state. */
  record Sgd(float rate, Decay coupled) implements ParameterUpdate {}

  /** {@code v' = momentum v - rate g}, {@code p += (1 + momentum) v' - momentum v}; state v. */
  record Nesterov(float rate, float momentum, Decay coupled) implements ParameterUpdate {}

  /**
   * {@code m' = beta1 m + (1 - beta1) g}, {@code u' = beta2 u + (1 - beta2) g^2}, {@code p = (1 -
   * decoupled) p - rate m' / (sqrt(u') + epsilon)}; state [m | u].
   *
   * @param rate holds the bias corrections
   * @param coupled added to the gradient
   * @param decoupled taken from the parameters
   */
  record Adam(float rate, float beta1, float beta2, float epsilon, Decay coupled, Decay decoupled)
      implements ParameterUpdate {}
}
