package org.sscspark.optimizer;

import org.sscspark.config.Range;
import org.sscspark.network.ParameterLayout;

/**
 * Hyperbolic aware minimisation, HAM (Jacobs, Gadhikar, Rubio-Madrigal and Burkholz, ICLR 2026):
 * after each step, weights of convolutions and fully connected layers take
 *
 * <pre>w *= exp(lr * (-alpha * sign(w) * g - beta))</pre>
 *
 * with the exponent cut to [-5, 5], in double precision. It is the bias towards few weights of a
 * product of two factors, without a second factor: weights that the gradient pulls towards zero go
 * there, and past it, faster.
 *
 * @param alpha how much the gradient counts, 0 or more
 * @param beta the decay that does not depend on the gradient, 0 or more
 */
public record Ham(double alpha, double beta) implements ParameterModifier {
  private static final long serialVersionUID = 1L;
  private static final double LARGEST_EXPONENT = 5;

  /** The paper's settings. */
  public Ham() {
    this(200, 1e-3);
  }

  public Ham {
    Range.NON_NEGATIVE.check("alpha", alpha);
    Range.NON_NEGATIVE.check("beta", beta);
  }

  @Override
  public String type() {
    return "ham";
  }

  @Override
  public void modify(
      float[] parameters, float[] gradients, ParameterLayout layout, double learningRate) {
    for (int i = 0; i < layout.weightCount(); i++) {
      double exponent = learningRate * (-alpha * Math.signum(parameters[i]) * gradients[i] - beta);
      double cut = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent));
      // StrictMath: the same bits on every machine.
      parameters[i] = (float) (parameters[i] * StrictMath.exp(cut));
    }
  }
}
