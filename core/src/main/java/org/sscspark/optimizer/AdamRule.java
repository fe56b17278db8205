package org.sscspark.optimizer;

import java.util.Optional;
import org.sscspark.config.Range;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * The rule of Adam and AdamW in ND4J's form, with the bias corrections folded into the rate and
 * epsilon added outside of the root: {@code a = lr sqrt(1 - b2^t) / (1 - b1^t)}, {@code p -= a m /
 * (sqrt(u) + e)}, t from 1. State: [m | u], the means of gradients and of their squares, each of
 * the trainable length.
 */
sealed interface AdamRule extends DecayedOptimizer permits Adam, AdamW {
  /** Decay of the mean m, in [0, 1). */
  double beta1();

  /** Decay of the squared mean u, in [0, 1). */
  double beta2();

  /** The e that keeps the division finite, positive. */
  double epsilon();

  /**
   * Checks the rule's settings.
   *
   * @throws IllegalArgumentException if one of them is out of range
   */
  static void check(double beta1, double beta2, double epsilon) {
    Range.HALF_OPEN_UNIT.checkSingle("beta1", beta1);
    Range.HALF_OPEN_UNIT.checkSingle("beta2", beta2);
    Range.POSITIVE.checkSingle("epsilon", epsilon);
  }

  @Override
  default int stateSize(ParameterLayout layout) {
    return Math.multiplyExact(2, layout.trainableCount());
  }

  @Override
  default void follow(
      float[] parameters,
      float[] gradients,
      float[] state,
      int trainable,
      double learningRate,
      long stepsBefore) {
    float rate = corrected(learningRate, stepsBefore);
    float decay1 = (float) beta1();
    float decay2 = (float) beta2();
    float gain1 = 1 - decay1;
    float gain2 = 1 - decay2;
    float floor = (float) epsilon();
    for (int i = 0; i < trainable; i++) {
      float gradient = gradients[i];
      float mean = decay1 * state[i] + gain1 * gradient;
      float square = decay2 * state[trainable + i] + gain2 * (gradient * gradient);
      state[i] = mean;
      state[trainable + i] = square;
      parameters[i] -= mean * rate / ((float) Math.sqrt(square) + floor);
    }
  }

  @Override
  default Optional<ParameterUpdate> residentStep(double learningRate, long stepsBefore) {
    return Optional.of(
        new ParameterUpdate.Adam(
            corrected(learningRate, stepsBefore),
            (float) beta1(),
            (float) beta2(),
            (float) epsilon(),
            decay().coupledShares(),
            decay().decoupledShares(learningRate)));
  }

  /** The powers are those of single-precision betas, as in ND4J: 1 - 0.999f is not 0.001f. */
  private float corrected(double learningRate, long stepsBefore) {
    double steps = stepsBefore + 1.0;
    float power1 = (float) StrictMath.pow((float) beta1(), steps);
    float power2 = (float) StrictMath.pow((float) beta2(), steps);
    return (float) ((float) learningRate * Math.sqrt(1.0 - power2) / (1.0 - power1));
  }
}
