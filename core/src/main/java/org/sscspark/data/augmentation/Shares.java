package org.sscspark.data.augmentation;

/** What mixing images has for settings. */
final class Shares {
  /** Beta draws 0 or 1 well before; far below, both variables of a draw are infinitely small. */
  private static final double LEAST_ALPHA = 1e-6;

  private Shares() {}

  static void check(double alpha, double probability) {
    if (!(alpha >= LEAST_ALPHA && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "alpha is " + alpha + ": it must be at least " + LEAST_ALPHA);
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability is " + probability + ": it must be from 0 to 1");
    }
  }
}
