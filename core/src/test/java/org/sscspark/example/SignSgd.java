package org.sscspark.example;

import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.Optimizer;

/**
 * An optimizer of a researcher's own: steps of one length whatever the gradient (Bernstein et al.,
 * "signSGD", ICML 2018), {@code p -= lr * scale * sign(g)}.
 */
public record SignSgd(double scale) implements Optimizer {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public SignSgd() {
    this(1);
  }

  @Override
  public String type() {
    return "sign-sgd";
  }

  @Override
  public int stateSize(ParameterLayout layout) {
    return 0;
  }

  @Override
  public void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      ParameterLayout layout,
      double learningRate,
      long stepsBefore) {
    float length = (float) (learningRate * scale);
    for (int i = 0; i < layout.trainableCount(); i++) {
      parameters[i] -= length * Math.signum(gradients[i]);
    }
  }
}
