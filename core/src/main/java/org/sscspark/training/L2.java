package org.sscspark.training;

import java.io.Serializable;
import org.sscspark.network.ParameterLayout;

/**
 * The L2 penalty {@code coefficient / 2 * sum of squares}, added to gradients before the updater
 * sees them, as DL4J does. It is not part of reported losses.
 *
 * @param weights the coefficient of weights
 * @param affine the coefficient of biases and batch-norm scales and shifts
 */
public record L2(double weights, double affine) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Adds the penalty's gradient. */
  public void addGradientInPlace(float[] gradients, float[] parameters, ParameterLayout layout) {
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
}
