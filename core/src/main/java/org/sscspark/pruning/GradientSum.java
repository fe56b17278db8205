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
    add(0, gradient);
  }

  /**
   * Adds a part of the next chunk's gradient. Each weight's sum is its own, so parts may come in
   * any order as long as each weight sees the chunks in theirs.
   *
   * @param from the first weight of the part
   */
  public void add(int from, double[] part) {
    for (int i = 0; i < part.length; i++) {
      sum[from + i] += part[i];
    }
  }

  /** The sum divided by the number of examples, in the memory of the sum: its last use. */
  public double[] mean(long examples) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= examples;
    }
    return sum;
  }
}
