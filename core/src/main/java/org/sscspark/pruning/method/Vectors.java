package org.sscspark.pruning.method;

import java.nio.DoubleBuffer;

/** Arithmetic that scores share. */
final class Vectors {
  private Vectors() {}

  /** |weight x gradient|, in the memory of the gradient. */
  static double[] absoluteProduct(float[] weights, double[] gradient) {
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = Math.abs(weights[i] * gradient[i]);
    }
    return gradient;
  }

  static double length(DoubleBuffer vector) {
    double squares = 0;
    for (int i = 0; i < vector.limit(); i++) {
      squares += vector.get(i) * vector.get(i);
    }
    return Math.sqrt(squares);
  }
}
