package org.sscspark.optimizer;

import org.sscspark.config.Range;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/**
 * Layer-wise adaptive rate scaling (You, Gitman and Ginsburg, "Large batch training of
 * convolutional networks", 2017, algorithm 1): for a layer's weights w with gradient g and decay b,
 *
 * <pre>l = trust * |w| / (|g| + b |w|),   v' = m v + lr * l * (g + b w),   w -= v'</pre>
 *
 * with Euclidean norms in double precision. A layer whose weights or gradient are all zero takes l
 * = 1, as do biases and batch-norm scales and shifts. State: v.
 *
 * @param momentum the decay m of the velocity, in [0, 1)
 * @param trust how far a layer's step goes for its size, positive
 * @param weightDecay the coefficient of weights
 * @param affineWeightDecay the coefficient of biases and batch-norm scales and shifts
 */
public record Lars(double momentum, double trust, double weightDecay, double affineWeightDecay)
    implements Optimizer {
  private static final long serialVersionUID = 1L;

  /** The paper's settings. */
  public Lars() {
    this(0.9, 0.001, 5e-4, 0);
  }

  public Lars {
    Range.HALF_OPEN_UNIT.checkSingle("momentum", momentum);
    Range.POSITIVE.checkSingle("trust", trust);
    WeightDecay.check(weightDecay, affineWeightDecay);
  }

  @Override
  public String type() {
    return "lars";
  }

  @Override
  public int stateSize(ParameterLayout layout) {
    return layout.trainableCount();
  }

  @Override
  public void step(
      float[] parameters,
      float[] gradients,
      float[] state,
      ParameterLayout layout,
      double learningRate,
      long stepsBefore) {
    for (Segment segment : layout.segments()) {
      if (segment.end() > layout.trainableCount()) {
        break;
      }
      boolean weights = segment.role() == Role.WEIGHT;
      double local = weights ? local(parameters, gradients, segment) : 1;
      float rate = (float) (learningRate * local);
      float decay = (float) (weights ? weightDecay : affineWeightDecay);
      float kept = (float) momentum;
      for (int i = segment.offset(); i < segment.end(); i++) {
        float velocity = kept * state[i] + rate * (gradients[i] + decay * parameters[i]);
        state[i] = velocity;
        parameters[i] -= velocity;
      }
    }
  }

  private double local(float[] parameters, float[] gradients, Segment segment) {
    double weights = Norms.euclidean(parameters, segment.offset(), segment.end());
    double slope = Norms.euclidean(gradients, segment.offset(), segment.end());
    return weights == 0 || slope == 0 ? 1 : trust * weights / (slope + weightDecay * weights);
  }
}
