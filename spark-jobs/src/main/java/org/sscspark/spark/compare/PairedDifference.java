package org.sscspark.spark.compare;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * How much better one method is than another over the seeds that both have: a seed's two trials
 * share the order of images, their augmentation and the numbers that weights draw, so that what is
 * left of their difference is the methods' own.
 *
 * @param pairs seeds that both have
 * @param mean of the differences; NaN without any
 * @param margin half the width of the mean's 95 % interval by Student's t; NaN with fewer than two
 *     pairs, and with differences that are all equal: they say nothing of how far others may lie
 */
record PairedDifference(int pairs, double mean, double margin) {
  /** The share of intervals that hold the true mean, were the differences normal. */
  static final double CONFIDENCE = 0.95;

  /**
   * Differences of shares that deviate by less are equal but for rounding: shares are counts of
   * images.
   */
  static final double ROUNDING = 1e-12;

  /** What an interval allows to say. */
  enum Verdict {
    AHEAD,
    BEHIND,
    /** The interval holds zero, or there is none. */
    UNDECIDED
  }

  /**
   * Of values by seed.
   *
   * @param one as many as {@code other}; a pair of which either is NaN does not count
   */
  static PairedDifference of(double[] one, double[] other) {
    double[] differences = new double[one.length];
    for (int i = 0; i < one.length; i++) {
      differences[i] = one[i] - other[i];
    }
    Statistic over = Statistic.of(differences);
    double margin = Double.NaN;
    if (over.count() > 1 && over.std() > ROUNDING) {
      double quantile =
          new TDistribution(null, over.count() - 1)
              .inverseCumulativeProbability((1 + CONFIDENCE) / 2);
      margin = quantile * over.std() / Math.sqrt(over.count());
    }
    return new PairedDifference(over.count(), over.mean(), margin);
  }

  double low() {
    return mean - margin;
  }

  double high() {
    return mean + margin;
  }

  boolean hasInterval() {
    return !Double.isNaN(margin);
  }

  Verdict verdict() {
    if (low() > 0) {
      return Verdict.AHEAD;
    }
    return high() < 0 ? Verdict.BEHIND : Verdict.UNDECIDED;
  }
}
