package org.sscspark.optimizer;

import java.io.Serializable;
import org.sscspark.config.Range;
import org.sscspark.network.ParameterLayout;

/**
 * The moments of Adam and AdamW in ND4J's form, with the bias corrections folded into the rate and
 * epsilon added outside of the root: {@code a = lr sqrt(1 - b2^t) / (1 - b1^t)}, {@code p -= a m /
 * (sqrt(u) + e)}, t from 1. State: [m | u], each of the trainable length.
 *
 * @param beta1 decay of the mean m, in [0, 1)
 * @param beta2 decay of the squared mean u, in [0, 1)
 * @param epsilon the e that keeps the division finite, positive
 */
record Moments(double beta1, double beta2, double epsilon) implements Serializable {
  private static final long serialVersionUID = 1L;

  Moments {
    Range.HALF_OPEN_UNIT.check("beta1", beta1);
    Range.HALF_OPEN_UNIT.check("beta2", beta2);
    Range.POSITIVE.check("epsilon", epsilon);
  }

  static int stateSize(ParameterLayout layout) {
    return Math.multiplyExact(2, layout.trainableCount());
  }

  void step(float[] parameters, float[] gradients, float[] state, int trainable, float corrected) {
    float decay1 = (float) beta1;
    float decay2 = (float) beta2;
    float gain1 = 1 - decay1;
    float gain2 = 1 - decay2;
    float floor = (float) epsilon;
    for (int i = 0; i < trainable; i++) {
      float gradient = gradients[i];
      float mean = decay1 * state[i] + gain1 * gradient;
      float square = decay2 * state[trainable + i] + gain2 * (gradient * gradient);
      state[i] = mean;
      state[trainable + i] = square;
      parameters[i] -= mean * corrected / ((float) Math.sqrt(square) + floor);
    }
  }

  /** The powers are those of single-precision betas, as in ND4J: 1 - 0.999f is not 0.001f. */
  float corrected(double learningRate, long iteration) {
    double steps = iteration + 1.0;
    float power1 = (float) StrictMath.pow((float) beta1, steps);
    float power2 = (float) StrictMath.pow((float) beta2, steps);
    return (float) ((float) learningRate * Math.sqrt(1.0 - power2) / (1.0 - power1));
  }
}
