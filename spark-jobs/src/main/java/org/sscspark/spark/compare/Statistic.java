package org.sscspark.spark.compare;

import java.util.Arrays;

/**
 * A number over seeds.
 *
 * @param count how many seeds have it
 * @param mean NaN without any
 * @param deviation the sample standard deviation; NaN with fewer than two
 */
record Statistic(int count, double mean, double deviation) {
  /** Of some values; those that are not known (NaN) do not count. */
  static Statistic of(double... values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    double mean = Arrays.stream(known).sum() / known.length;
    double squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
    return new Statistic(
        known.length,
        mean,
        known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1)));
  }

  boolean isKnown() {
    return count > 0;
  }
}
