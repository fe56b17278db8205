package org.sscspark.network;

/** Where the windows of convolutions and pools lie on an input with padding. */
final class WindowGeometry {
  private WindowGeometry() {}

  /**
   * Checks the windows of a pool.
   *
   * @throws IllegalArgumentException if there are none, or if one could lie in the padding alone
   */
  static void requireOfPool(String name, int size, int stride, int padding) {
    if (size < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "Pool %s: size %s and stride %s must be positive".formatted(name, size, stride));
    }
    if (padding < 0 || padding >= size) {
      throw new IllegalArgumentException(
          "Pool %s: padding %s must be at least 0 and less than the size %s: a window may not lie in the padding alone"
              .formatted(name, padding, size));
    }
  }

  /**
   * Checks the windows of a convolution, which may lie in the padding alone.
   *
   * @throws IllegalArgumentException if they do not move, or if they leave out the edges
   */
  static void requireOfConvolution(String name, int stride, int padding) {
    if (stride < 1 || padding < 0) {
      throw new IllegalArgumentException(
          "Convolution %s: stride %s must be positive and padding %s must not be negative"
              .formatted(name, stride, padding));
    }
  }

  /** The shape of a pool over features of a shape. */
  static FeatureShape pooled(String name, FeatureShape in, int size, int stride, int padding) {
    return new FeatureShape(
        in.channels(),
        outputLength(name, in.height(), size, stride, padding),
        outputLength(name, in.width(), size, stride, padding));
  }

  /**
   * The number of windows along one side, rounded down.
   *
   * @throws IllegalArgumentException if not even one fits
   */
  static int outputLength(String name, int input, int window, int stride, int padding) {
    int free = input + 2 * padding - window;
    if (free < 0) {
      throw new IllegalArgumentException(
          "%s: window %s is larger than the padded input %s"
              .formatted(name, window, input + 2 * padding));
    }
    return free / stride + 1;
  }

  /**
   * Whether a cell lies on the input, and not in its padding, in some window along one side.
   *
   * @param cell of the window, from 0
   * @param input the length of the input without padding
   * @param windows how many there are
   */
  static boolean seesPixel(int cell, int stride, int padding, int input, int windows) {
    for (int window = 0; window < windows; window++) {
      int pixel = window * stride + cell - padding;
      if (pixel >= 0 && pixel < input) {
        return true;
      }
    }
    return false;
  }
}
