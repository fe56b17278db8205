package org.sscspark.pattern;

/**
 * What allocation has to know of a layer.
 *
 * @param shape the dense shape
 * @param groups contiguous groups of the architecture; weights between them do not count
 */
public record PrunableLayer(String name, WeightShape shape, int groups, Kind kind) {
  /** A 1x1 convolution and a fully connected layer have one shape and differ for ERK. */
  public enum Kind {
    CONVOLUTION,
    FULLY_CONNECTED
  }

  /** The number of prunable weights. */
  public int weights() {
    return shape.size() / groups;
  }

  /**
   * The layer's density under ERK up to a common factor: the sum of the dimensions of its weight
   * array [filters, channels of a group, kernel height, kernel width] over their product.
   */
  public double erkRatio() {
    int channels = shape.channels() / groups;
    int kernel = kind == Kind.CONVOLUTION ? shape.kernelHeight() + shape.kernelWidth() : 0;
    return (double) (shape.filters() + channels + kernel) / weights();
  }

  /**
   * The fewest weights that SSC can keep: one pointwise kernel in each filter, and as many more as
   * it takes that every channel is read.
   */
  public int floor() {
    int channels = shape.channels() / groups;
    if (groups > 1) {
      return shape.filters() * channels;
    }
    return shape.filters() * ((channels + shape.filters() - 1) / shape.filters());
  }
}
