package org.sscspark.training;

import java.util.Objects;
import org.sscspark.engine.ParameterUpdate;

/** Plain gradient descent, {@code p -= lr * g}; it has no state. */
public record Sgd() implements Updater {
  private static final long serialVersionUID = 1L;

  @Override
  public int stateSize(int trainable) {
    return 0;
  }

  @Override
  public void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      int trainable,
      double learningRate,
      long iteration) {
    Objects.checkFromIndexSize(0, trainable, parameters.length);
    Objects.checkFromIndexSize(0, trainable, gradients.length);
    float rate = (float) learningRate;
    for (int i = 0; i < trainable; i++) {
      parameters[i] -= rate * gradients[i];
    }
  }

  @Override
  public ParameterUpdate update(double learningRate, long iteration) {
    return new ParameterUpdate.Sgd((float) learningRate);
  }
}
