package org.sscspark.spark.averaging;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The mean of float vectors weighted by examples, summed in double. The result depends on the
 * vectors, the weights and the order of the calls; callers add in worker order. A single vector
 * comes back unchanged: its product with a weight below 2^29 is exact in double.
 */
final class WeightedMean {
  private final double[] sum;
  private long weight;

  WeightedMean(int length) {
    this.sum = new double[length];
    // The one number to which any other can be added without a change: 0.0 would turn -0.0 into it.
    Arrays.fill(sum, -0.0);
  }

  /** Adds an encoded vector. A weight of zero adds nothing, whatever the vector holds. */
  void add(byte[] encoded, long examples) {
    if (examples < 0) {
      throw new IllegalArgumentException("Weight must not be negative, was " + examples);
    }
    if (examples == 0) {
      return;
    }
    if (FloatBytes.length(encoded) != sum.length) {
      throw new IllegalArgumentException(
          "Vector has " + FloatBytes.length(encoded) + " values, expected " + sum.length);
    }
    FloatBuffer values = FloatBytes.view(encoded);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += (double) values.get(i) * examples;
    }
    weight += examples;
  }

  /** The sum of the weights so far. */
  long weight() {
    return weight;
  }

  /**
   * Returns the mean.
   *
   * @throws IllegalStateException if nothing with a positive weight was added
   */
  float[] mean() {
    if (weight == 0) {
      throw new IllegalStateException("The mean of no examples is undefined");
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / weight);
    }
    return mean;
  }
}
