package org.sscspark.optimizer;

import java.util.Optional;
import org.sscspark.config.Range;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * Nesterov's momentum (Nesterov, 1983; Sutskever et al., 2013) in ND4J's form: {@code v' = m v - lr
 * g}, then {@code p += (1 + m) v' - m v}, where g holds the coupled decay. The velocity holds the
 * learning rate of the steps it came from, so a drop of the rate reaches the parameters over the
 * next 1 / (1 - m) steps. State: v.
 *
 * @param momentum the decay m of the velocity, in [0, 1)
 * @param weightDecay the coefficient of weights
 * @param affineWeightDecay the coefficient of biases and batch-norm scales and shifts
 */
public record Nesterov(double momentum, double weightDecay, double affineWeightDecay)
    implements DecayedOptimizer {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public Nesterov() {
    this(0.9, 1e-4, 0);
  }

  public Nesterov {
    Range.HALF_OPEN_UNIT.checkSingle("momentum", momentum);
    WeightDecay.check(weightDecay, affineWeightDecay);
  }

  @Override
  public String type() {
    return "nesterov";
  }

  @Override
  public int stateSize(ParameterLayout layout) {
    return layout.trainableCount();
  }

  @Override
  public void follow(
      float[] parameters,
      float[] gradients,
      float[] state,
      int trainable,
      double learningRate,
      long stepsBefore) {
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
  public Optional<ParameterUpdate> residentStep(double learningRate, long stepsBefore) {
    return Optional.of(
        new ParameterUpdate.Nesterov(
            (float) learningRate, (float) momentum, decay().coupledShares()));
  }
}
