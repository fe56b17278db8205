package org.sscspark.search;

import java.util.Arrays;
import org.apache.commons.math3.special.Erf;
import org.sscspark.random.RandomStream;

/**
 * A mixture of equal parts: a Gaussian around each of some places, cut off at 0 and 1, and one of
 * deviation 1 in the middle as the prior. The deviation of a place is the larger of the distances
 * to its neighbours, within limits (Bergstra et al., 2011, section 4.2).
 *
 * @param centres of the parts, ascending
 * @param deviations of the parts
 * @param areas of the parts from 0 to 1 if each were 1 high in its middle, over sqrt(2 pi)
 */
record ParzenDensity(double[] centres, double[] deviations, double[] areas) implements Density {
  private static final double PRIOR_CENTRE = 0.5;
  private static final double PRIOR_DEVIATION = 1;

  /** However many places there are, a part is no narrower than this share of the prior. */
  private static final int NARROWEST_PART = 100;

  static ParzenDensity of(double[] places) {
    double[] centres = Arrays.copyOf(places, places.length + 1);
    centres[places.length] = PRIOR_CENTRE;
    Arrays.sort(centres);
    int prior = Arrays.binarySearch(centres, PRIOR_CENTRE);
    double least = PRIOR_DEVIATION / Math.min(NARROWEST_PART, centres.length + 1);
    double[] deviations = new double[centres.length];
    double[] areas = new double[centres.length];
    for (int i = 0; i < centres.length; i++) {
      double below = i > 0 ? centres[i] - centres[i - 1] : 0;
      double above = i < centres.length - 1 ? centres[i + 1] - centres[i] : 0;
      double widest = Math.max(below, above);
      deviations[i] = i == prior ? PRIOR_DEVIATION : Math.max(least, widest);
      double inside =
          below((1 - centres[i]) / deviations[i]) - below((0 - centres[i]) / deviations[i]);
      areas[i] = deviations[i] * inside;
    }
    return new ParzenDensity(centres, deviations, areas);
  }

  @Override
  public double at(double place) {
    double sum = 0;
    for (int i = 0; i < centres.length; i++) {
      double z = (place - centres[i]) / deviations[i];
      sum += StrictMath.exp(-0.5 * z * z) / areas[i];
    }
    return sum / (centres.length * StrictMath.sqrt(2 * Math.PI));
  }

  @Override
  public double draw(RandomStream random) {
    int part = random.nextInt(centres.length);
    double place;
    do {
      place = centres[part] + deviations[part] * random.nextGaussian();
    } while (place < 0 || place >= 1);
    return place;
  }

  /** The standard normal distribution function. */
  private static double below(double z) {
    return 0.5 * (1 + Erf.erf(z / StrictMath.sqrt(2)));
  }
}
