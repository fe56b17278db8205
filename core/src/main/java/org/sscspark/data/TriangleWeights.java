package org.sscspark.data;

/**
 * How the pixels of one axis are scaled: each becomes the mean of those below a triangle around its
 * centre, weighted by it. The triangle is two pixels of the coarser of both images wide, so nothing
 * is passed over where an image becomes smaller, and where it becomes larger this is linear
 * interpolation. Weights are the integers of Pillow's {@code BILINEAR}, which torchvision uses.
 */
final class TriangleWeights {
  /** Weights of a pixel add up to 2 to this power, but for their rounding. */
  static final int BITS = 22;

  private final int width;
  private final int[] first;
  private final int[] end;
  private final int[] weights;

  private TriangleWeights(int count, int width) {
    this.width = width;
    this.first = new int[count];
    this.end = new int[count];
    this.weights = new int[count * width];
  }

  /**
   * Returns the weights of a run of an axis's pixels.
   *
   * @param size pixels of the axis
   * @param scaledSize pixels that it is scaled to
   * @param from the first of these that is asked for
   * @param count how many of these are
   */
  static TriangleWeights of(int size, int scaledSize, int from, int count) {
    double scale = (double) size / scaledSize;
    double reach = Math.max(1, scale);
    TriangleWeights axis = new TriangleWeights(count, 2 * (int) Math.ceil(reach) + 1);
    double[] shares = new double[axis.width];
    for (int n = 0; n < count; n++) {
      double centre = (from + n + 0.5) * scale;
      axis.first[n] = Math.max(0, (int) (centre - reach + 0.5));
      axis.end[n] = Math.min(size, (int) (centre + reach + 0.5));
      double sum = 0;
      for (int at = axis.first[n]; at < axis.end[n]; at++) {
        double share = Math.max(0, 1 - Math.abs((at - centre + 0.5) * (1 / reach)));
        shares[at - axis.first[n]] = share;
        sum += share;
      }
      for (int at = 0; at < axis.end[n] - axis.first[n]; at++) {
        axis.weights[n * axis.width + at] = (int) (0.5 + shares[at] / sum * (1 << BITS));
      }
    }
    return axis;
  }

  /** How many scaled pixels there are. */
  int count() {
    return first.length;
  }

  /** The first of the pixels that become a scaled one. */
  int first(int scaled) {
    return first[scaled];
  }

  /** The pixel behind the last of these. */
  int end(int scaled) {
    return end[scaled];
  }

  /** Where the weight of the first of these is. */
  int place(int scaled) {
    return scaled * width;
  }

  /** All weights, for reading. */
  int[] weights() {
    return weights;
  }
}
