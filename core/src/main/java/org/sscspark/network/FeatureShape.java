package org.sscspark.network;

import java.io.Serializable;

/** The shape [channels, height, width] of one example's features. */
public record FeatureShape(int channels, int height, int width) implements Serializable {
  public FeatureShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Feature shape "
              + channels
              + "x"
              + height
              + "x"
              + width
              + " must be positive in every dimension");
    }
    if ((double) channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Feature shape %dx%dx%d has more values than an int can number"
              .formatted(channels, height, width));
    }
  }

  /** The number of values of one example. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
