package org.sscspark.engine;

/**
 * One step of an updater, with its numbers of that step, for replicas that change their parameters
 * themselves. What each means is said where the updater is.
 */
public sealed interface ParameterUpdate {
  /** How far the step goes. */
  float rate();

  /** {@code p -= rate g}; no state. */
  record Sgd(float rate) implements ParameterUpdate {}

  /** {@code v' = momentum v - rate g}, {@code p += (1 + momentum) v' - momentum v}; state v. */
  record Nesterov(float rate, float momentum) implements ParameterUpdate {}

  /**
   * {@code m' = beta1 m + (1 - beta1) g}, {@code u' = beta2 u + (1 - beta2) g^2}, {@code p -= rate
   * m' / (sqrt(u') + epsilon)}; state [m | u].
   *
   * @param rate holds the bias corrections
   */
  record Adam(float rate, float beta1, float beta2, float epsilon) implements ParameterUpdate {}
}
