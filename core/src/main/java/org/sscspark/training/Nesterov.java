package org.sscspark.training;

import java.util.Objects;
import org.sscspark.engine.ParameterUpdate;

/**
 * Nesterov's momentum in ND4J's form: {@code v' = m v - lr g}, then {@code p += (1 + m) v' - m v}.
 * The velocity holds the learning rate of the steps it came from, so a drop of the rate reaches the
 * parameters over the next 1 / (1 - m) steps. State: v.
 *
 * @param momentum the decay m of the velocity, in [0, 1)
 */
public record Nesterov(double momentum) implements Updater {
  private static final long serialVersionUID = 1L;

  public Nesterov {
    Range.HALF_OPEN_UNIT.check("momentum", momentum);
  }

  @Override
  public int stateSize(int trainable) {
    return trainable;
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
    Objects.checkFromIndexSize(0, trainable, state.length);
    float rate = (float) learningRate;
    float decay = (float) momentum;
    float ahead = -decay - 1;
    for (int i = 0; i < trainable; i++) {
      float kept = decay * state[i];
      float velocity = kept - rate * gradients[i];
      state[i] = velocity;
      parameters[i] -= kept + ahead * velocity;
    }
  }

  @Override
  public ParameterUpdate update(double learningRate, long iteration) {
    return new ParameterUpdate.Nesterov((float) learningRate, (float) momentum);
  }
}
