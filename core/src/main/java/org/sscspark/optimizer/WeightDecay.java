package org.sscspark.optimizer;

import java.io.Serializable;
import org.sscspark.config.Range;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * What pulls parameters towards zero: coupled, as the gradient of {@code coefficient / 2 * sum of
 * squares}, which the rule sees as part of the loss's gradient (L2 regularisation); or decoupled,
 * beside the rule (Loshchilov and Hutter, 2019). It is not part of reported losses.
 *
 * @param weights the coefficient of weights
 * @param affine the coefficient of biases and batch-norm scales and shifts
 */
public record WeightDecay(double weights, double affine) implements Serializable {
  private static final long serialVersionUID = 1L;

  public WeightDecay {
    Range.NON_NEGATIVE.check("weight-decay", weights);
    Range.NON_NEGATIVE.check("affine-weight-decay", affine);
  }

  /** Coupled decay: adds the penalty's gradient. */
  public void addTo(float[] gradients, float[] parameters, ParameterLayout layout) {
    add(gradients, parameters, 0, layout.weightCount(), (float) weights);
    add(gradients, parameters, layout.weightCount(), layout.trainableCount(), (float) affine);
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

  /** Decoupled decay: {@code p *= 1 - learningRate * coefficient}. */
  public void shrink(float[] parameters, ParameterLayout layout, double learningRate) {
    ParameterUpdate.Decay decay = scaled(learningRate);
    shrink(parameters, 0, layout.weightCount(), decay.weights());
    shrink(parameters, layout.weightCount(), layout.trainableCount(), decay.affine());
  }

  private static void shrink(float[] parameters, int begin, int end, float share) {
    float kept = 1 - share;
    for (int i = begin; i < end; i++) {
      parameters[i] *= kept;
    }
  }

  /** The coefficients as they are, for coupled decay where a replica takes the step. */
  ParameterUpdate.Decay coupled() {
    return scaled(1);
  }

  /** The shares that one step takes away, for decoupled decay where a replica takes the step. */
  ParameterUpdate.Decay scaled(double learningRate) {
    return new ParameterUpdate.Decay(
        (float) (learningRate * weights), (float) (learningRate * affine));
  }
}
