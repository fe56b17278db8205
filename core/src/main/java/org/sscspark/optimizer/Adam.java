package org.sscspark.optimizer;

import java.util.Optional;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.network.ParameterLayout;

/**
 * Adam (Kingma and Ba, ICLR 2015; see {@link Moments} for its form), whose gradient holds the
 * coupled decay. State: [mean | squared mean], each of the trainable length.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the squared mean, in [0, 1)
 * @param epsilon what keeps the division finite, positive
 * @param weightDecay the coefficient of weights
 * @param affineWeightDecay the coefficient of biases and batch-norm scales and shifts
 */
public record Adam(
    double beta1, double beta2, double epsilon, double weightDecay, double affineWeightDecay)
    implements Optimizer {
  private static final long serialVersionUID = 1L;

  /** The defaults. */
  public Adam() {
    this(0.9, 0.999, 1e-8, 1e-4, 0);
  }

  public Adam {
    new Moments(beta1, beta2, epsilon);
    new WeightDecay(weightDecay, affineWeightDecay);
  }

  @Override
  public String type() {
    return "adam";
  }

  @Override
  public int stateSize(ParameterLayout layout) {
    return Moments.stateSize(layout);
  }

  @Override
  public void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      ParameterLayout layout,
      double learningRate,
      long iteration) {
    decay().addTo(gradients, parameters, layout);
    Moments moments = moments();
    moments.step(
        parameters,
        gradients,
        state,
        layout.trainableCount(),
        moments.corrected(learningRate, iteration));
  }

  @Override
  public Optional<ParameterUpdate> residentStep(double learningRate, long iteration) {
    return Optional.of(
        new ParameterUpdate.Adam(
            moments().corrected(learningRate, iteration),
            (float) beta1,
            (float) beta2,
            (float) epsilon,
            decay().coupled(),
            ParameterUpdate.Decay.NONE));
  }

  private Moments moments() {
    return new Moments(beta1, beta2, epsilon);
  }

  private WeightDecay decay() {
    return new WeightDecay(weightDecay, affineWeightDecay);
  }
}
