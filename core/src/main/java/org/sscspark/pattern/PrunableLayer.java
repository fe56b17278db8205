package org.sscspark.pattern;

/**
 * What allocation has to know of a layer.
 *
 * @param shape the dense shape
 * @param groups contiguous groups of the architecture; weights between them do not count
 * @param positions places of the output at which each weight is used: multiply-adds of an image for
 *     each weight
 */
public record PrunableLayer(String name, WeightShape shape, int groups, Kind kind, int positions) {
  /** A 1x1 convolution and a fully connected layer have one shape and differ for ERK. */
  public enum Kind {
    CONVOLUTION,
    FULLY_CONNECTED
  }

  /** The same where the output has so many places. */
  public PrunableLayer at(int places) {
    return new PrunableLayer(name, shape, groups, kind, places);
  }

  /** Whether each filter is one kernel that has weights beside its centre. */
  public boolean isDepthwise() {
    return groups > 1 && groups == shape.channels() && shape.window() > 1;
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
   * The layer's density by cost, up to a common factor: one over the root of its multiply-adds for
   * each weight. Of all densities that cost as many multiply-adds in all, these have the least sum
   * of dense weights over density, which grows without bound as any layer is emptied.
   */
  public double costRatio() {
    return 1 / Math.sqrt(positions);
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
