package org.sscspark.data.augmentation;

/** What mixing images has for settings. */
final class Shares {
  private Shares() {}

  static void check(double alpha, double probability) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha is " + alpha + ": it must be positive");
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability is " + probability + ": it must be from 0 to 1");
    }
  }
}
