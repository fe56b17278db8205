package org.sscspark.pruning;

/**
 * Adds the gradients of chunks. Who adds them in the chunks' order gets the same bits, wherever the
 * chunks were computed.
 */
public final class GradientSum {
  private final double[] sum;

  public GradientSum(int weights) {
    this.sum = new double[weights];
  }

  /** Adds the next chunk's gradient. */
  public void add(double[] gradient) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += gradient[i];
    }
  }

  /** The sum divided by the number of examples. */
  public double[] mean(int examples) {
    double[] mean = new double[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = sum[i] / examples;
    }
    return mean;
  }
}
