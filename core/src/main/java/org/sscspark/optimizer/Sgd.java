package org.sscspark.optimizer;

import java.util.Optional;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * Plain gradient descent (Robbins and Monro, 1951), {@code p -= lr * g}, where g holds the coupled
 * decay. No state.
 *
 * @param weightDecay the coefficient of weights
 * @param affineWeightDecay the coefficient of biases and batch-norm scales and shifts
 */
public record Sgd(double weightDecay, double affineWeightDecay) implements DecayedOptimizer {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public Sgd() {
    this(1e-4, 0);
  }

  public Sgd {
    WeightDecay.check(weightDecay, affineWeightDecay);
  }

  @Override
  public String type() {
    return "sgd";
  }

  @Override
  public int stateSize(ParameterLayout layout) {
    return 0;
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
    for (int i = 0; i < trainable; i++) {
      parameters[i] -= rate * gradients[i];
    }
  }

  @Override
  public Optional<ParameterUpdate> residentStep(double learningRate, long stepsBefore) {
    return Optional.of(new ParameterUpdate.Sgd((float) learningRate, decay().coupledShares()));
  }
}
