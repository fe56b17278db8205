package org.sscspark.optimizer;

import org.sscspark.config.Range;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * What pulls parameters towards zero: coupled, as the gradient of {@code coefficient / 2 * sum of
 * squares}, which the rule sees as part of the loss's gradient (L2 regularisation); or decoupled,
 * {@code p *= 1 - learningRate * coefficient} before the rule's step (Loshchilov and Hutter, 2019).
 * It is not part of reported losses.
 *
 * @param weights the coefficient of weights
 * @param affine the coefficient of biases and batch-norm scales and shifts
 * @param isCoupled whether it is coupled
 */
public record WeightDecay(double weights, double affine, boolean isCoupled) {
  public WeightDecay {
    check(weights, affine);
  }

  /** Decay as part of the gradient. */
  public static WeightDecay coupled(double weights, double affine) {
    return new WeightDecay(weights, affine, true);
  }

  /** Decay beside the rule. */
  public static WeightDecay decoupled(double weights, double affine) {
    return new WeightDecay(weights, affine, false);
  }

  /**
   * Checks the coefficients of an optimizer.
   *
   * @throws IllegalArgumentException if one of them is negative
   */
  static void check(double weights, double affine) {
    Range.NON_NEGATIVE.checkSingle("weight-decay", weights);
    Range.NON_NEGATIVE.checkSingle("affine-weight-decay", affine);
  }

  /** Changes gradients, if it is coupled, or parameters. */
  public void apply(
      float[] parameters, float[] gradients, ParameterLayout layout, double learningRate) {
    if (isCoupled) {
      add(gradients, parameters, 0, layout.weightCount(), (float) weights);
      add(gradients, parameters, layout.weightCount(), layout.trainableCount(), (float) affine);
    } else {
      ParameterUpdate.Decay shares = decoupledShares(learningRate);
      shrink(parameters, 0, layout.weightCount(), shares.weights());
      shrink(parameters, layout.weightCount(), layout.trainableCount(), shares.affine());
    }
  }

  private static void add(
      float[] gradients, float[] parameters, int begin, int end, float coefficient) {
    if (coefficient == 0) {
      return;
    }
    for (int i = begin; i < end; i++) {
      gradients[i] += coefficient * parameters[i];
    }
  }

  private static void shrink(float[] parameters, int begin, int end, float share) {
    float kept = 1 - share;
    for (int i = begin; i < end; i++) {
      parameters[i] *= kept;
    }
  }

  /** What the gradient gets added of each parameter, where a replica takes the step. */
  ParameterUpdate.Decay coupledShares() {
    return isCoupled
        ? new ParameterUpdate.Decay((float) weights, (float) affine)
        : ParameterUpdate.Decay.NONE;
  }

  /** What one step takes of each parameter beside the rule, where a replica takes the step. */
  ParameterUpdate.Decay decoupledShares(double learningRate) {
    return isCoupled
        ? ParameterUpdate.Decay.NONE
        : new ParameterUpdate.Decay(
            (float) (learningRate * weights), (float) (learningRate * affine));
  }
}
