package org.sscspark.training;

import java.io.Serializable;
import org.sscspark.config.Range;

/**
 * The exponential moving average of a run's parameters (Polyak and Juditsky, 1992; in this form
 * Szegedy et al., 2016): {@code a = d^n a + (1 - d^n) p} after a round of n steps, from the
 * parameters before the first. Running statistics are averaged alike. What is averaged is the
 * workers' mean, so a round's inner steps are not seen.
 *
 * @param decay the d of one step, below 1; 0 keeps no average
 */
public record Ema(double decay) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No average. */
  public static final Ema NONE = new Ema(0);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException naming the key that is out of range
   */
  public Ema {
    Range.HALF_OPEN_UNIT.check("decay", decay);
  }

  /** Whether there is an average. */
  public boolean kept() {
    return decay > 0;
  }

  /**
   * The average after a round, a new array.
   *
   * @param before the average before it
   * @param parameters after it
   * @param steps of the round
   */
  float[] after(float[] before, float[] parameters, int steps) {
    double kept = StrictMath.pow(decay, steps);
    float[] average = new float[parameters.length];
    for (int i = 0; i < average.length; i++) {
      average[i] = (float) (kept * before[i] + (1 - kept) * parameters[i]);
    }
    return average;
  }
}
