package org.sscspark.optimizer;

/** Norms of parts of a vector. */
final class Norms {
  private Norms() {}

  /** The root of the sum of squares, in double precision and in order. */
  static double euclidean(float[] values, int begin, int end) {
    double sum = 0;
    for (int i = begin; i < end; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }
}
