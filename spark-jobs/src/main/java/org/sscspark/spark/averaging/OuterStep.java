package org.sscspark.spark.averaging;

import java.util.Arrays;

/**
 * What the driver does with the workers' mean. With x the parameters that a round started from and
 * m the mean it ended in, d = m - x is the round's displacement.
 */
public sealed interface OuterStep {
  /** Takes the mean as it is: x' = m. */
  record Mean() implements OuterStep {
    @Override
    public int stateLength(int trainable) {
      return 0;
    }

    @Override
    public float[] apply(float[] start, float[] mean, int trainable, float[] state) {
      return mean;
    }
  }

  /**
   * Nesterov momentum on the displacement (Lin et al., "Don't use large mini-batches, use local
   * SGD", 2020; Douillard et al., "DiLoCo", 2023):
   *
   * <pre>v' = momentum * v + d,   x' = x + learningRate * (momentum * v' + d)</pre>
   *
   * Running statistics are not trained: they take the mean.
   */
  record Nesterov(double momentum, double learningRate) implements OuterStep {
    public Nesterov {
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("outer.momentum must be in [0, 1), was " + momentum);
      }
      if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
        throw new IllegalArgumentException(
            "outer.learning-rate must be positive, was " + learningRate);
      }
    }

    @Override
    public int stateLength(int trainable) {
      return trainable;
    }

    @Override
    public float[] apply(float[] start, float[] mean, int trainable, float[] state) {
      float[] next = Arrays.copyOf(mean, mean.length);
      for (int i = 0; i < trainable; i++) {
        double displacement = (double) mean[i] - start[i];
        double velocity = momentum * state[i] + displacement;
        state[i] = (float) velocity;
        next[i] = (float) (start[i] + learningRate * (momentum * velocity + displacement));
      }
      return next;
    }
  }

  /** The floats of state to keep between rounds. */
  int stateLength(int trainable);

  /**
   * Returns the parameters that the next round starts from.
   *
   * @param start the parameters that this round started from
   * @param mean the workers' mean
   * @param trainable the parameters that are trained; they come first
   * @param state {@link #stateLength} floats, zero at first; updated in place
   */
  float[] apply(float[] start, float[] mean, int trainable, float[] state);
}
