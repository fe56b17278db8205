package org.sscspark.pattern;

import java.io.Serializable;

/**
 * The shape [filters, channels, kernelHeight, kernelWidth] of a filter bank. A fully connected
 * layer is [outputs, inputs, 1, 1].
 */
public record WeightShape(int filters, int channels, int kernelHeight, int kernelWidth)
    implements Serializable {
  public WeightShape {
    if (filters < 1 || channels < 1 || kernelHeight < 1 || kernelWidth < 1) {
      throw new IllegalArgumentException(
          "Weight shape ["
              + filters
              + ", "
              + channels
              + ", "
              + kernelHeight
              + ", "
              + kernelWidth
              + "] must be positive in every dimension");
    }
  }

  /** The number of cells in the window. */
  public int window() {
    return kernelHeight * kernelWidth;
  }

  /** The dense weights of one filter. */
  public int filterSize() {
    return channels * window();
  }

  /** The dense weights of the layer. */
  public int size() {
    return Math.multiplyExact(filters, filterSize());
  }

  @Override
  public String toString() {
    return filters + "x" + channels + "x" + kernelHeight + "x" + kernelWidth;
  }
}
