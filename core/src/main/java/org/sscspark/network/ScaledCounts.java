package org.sscspark.network;

import java.util.Arrays;

/**
 * Numbers of paths into each channel of a value, which soon exceed what a double holds: {@code
 * counts[channel] x 2^exponent}.
 *
 * @param counts not changed; the largest is below 2 and at least 1, or all are zero
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record ScaledCounts(double[] counts, int exponent) {

  /** One path into each channel. */
  public static ScaledCounts ones(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return new ScaledCounts(ones, 0);
  }

  /** These numbers times 2^exponent, scaled. */
  public static ScaledCounts of(double[] counts, int exponent) {
    double largest = Arrays.stream(counts).max().orElse(0);
    if (largest == 0) {
      return new ScaledCounts(counts, 0);
    }
    int shift = Math.getExponent(largest);
    return new ScaledCounts(
        Arrays.stream(counts).map(count -> Math.scalb(count, -shift)).toArray(), exponent + shift);
  }

  /** The sum, channel by channel. */
  public ScaledCounts plus(ScaledCounts other) {
    int common = Math.max(exponent, other.exponent);
    double[] sum = new double[counts.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] =
          Math.scalb(counts[i], exponent - common)
              + Math.scalb(other.counts[i], other.exponent - common);
    }
    return of(sum, common);
  }

  /** The decimal logarithm of the sum over channels; minus infinity if there are no paths. */
  public double log10() {
    return StrictMath.log10(Arrays.stream(counts).sum()) + exponent * StrictMath.log10(2);
  }
}
