package org.sscspark.pruning.method;

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

  static double[] along(double[] weights, double[] direction, double distance) {
    double[] moved = weights.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += distance * direction[i];
    }
    return moved;
  }

  static double length(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
