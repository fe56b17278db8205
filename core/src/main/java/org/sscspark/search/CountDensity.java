package org.sscspark.search;

import java.util.Arrays;
import org.sscspark.random.RandomStream;

/**
 * How often each of some options was taken, and once more for the uniform prior.
 *
 * @param counts of each option
 */
record CountDensity(double[] counts) implements Density {
  /** The density of places in the middle of equal parts of [0, 1). */
  static CountDensity of(double[] places, int options) {
    double[] counts = new double[options];
    Arrays.fill(counts, 1);
    for (double place : places) {
      counts[(int) (place * options)]++;
    }
    return new CountDensity(counts);
  }

  @Override
  public double at(double place) {
    return counts[(int) (place * counts.length)] * counts.length / Arrays.stream(counts).sum();
  }

  @Override
  public double draw(RandomStream random) {
    double left = random.nextDouble() * Arrays.stream(counts).sum();
    int option = 0;
    while (option < counts.length - 1 && left >= counts[option]) {
      left -= counts[option];
      option++;
    }
    return (option + 0.5) / counts.length;
  }
}
