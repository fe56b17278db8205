package org.sscspark.pruning.method;

import java.nio.DoubleBuffer;

/** Arithmetic that scores share. */
final class Vectors {
  private Vectors() {}

  static double[] absoluteProduct(double[] weights, double[] gradient) {
    double[] product = new double[weights.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = Math.abs(weights[i] * gradient[i]);
    }
    return product;
  }

  static double[] along(double[] weights, DoubleBuffer direction, double distance) {
    double[] moved = weights.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += distance * direction.get(i);
    }
    return moved;
  }

  static double length(DoubleBuffer vector) {
    double squares = 0;
    for (int i = 0; i < vector.limit(); i++) {
      squares += vector.get(i) * vector.get(i);
    }
    return Math.sqrt(squares);
  }
}
