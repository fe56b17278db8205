package org.sscspark.data.augmentation;

import org.sscspark.random.RandomStream;

/** Draws of the symmetric beta distribution. */
final class Beta {
  private Beta() {}

  /** Returns a draw of Beta(alpha, alpha), as X / (X + Y) of two gamma variables. */
  static double draw(double alpha, RandomStream random) {
    double x = logGamma(alpha, random);
    double y = logGamma(alpha, random);
    // By logarithms, since for small alpha both variables may be below the least double.
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /** The logarithm of a gamma variable (Marsaglia and Tsang, 2000; below 1 boosted by U^(1/a)). */
  private static double logGamma(double alpha, RandomStream random) {
    double boost = 0;
    double shape = alpha;
    if (alpha < 1) {
      boost = StrictMath.log(1 - random.nextDouble()) / alpha;
      shape = alpha + 1;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = random.nextGaussian();
      double cube = 1 + c * normal;
      cube = cube * cube * cube;
      double uniform = 1 - random.nextDouble();
      if (cube > 0
          && StrictMath.log(uniform)
              < 0.5 * normal * normal + d - d * cube + d * StrictMath.log(cube)) {
        return boost + StrictMath.log(d * cube);
      }
    }
  }
}
