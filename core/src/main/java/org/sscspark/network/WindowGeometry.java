package org.sscspark.network;

/** Where the windows of convolutions and pools lie on an input with padding. */
final class WindowGeometry {
  private WindowGeometry() {}

  /**
   * Checks the windows of a pool.
   *
   * @throws IllegalArgumentException if there are none, or if one could lie in the padding alone
   */
  static void require(String name, int size, int stride, int padding) {
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

  /** The shape of a pool over features of a shape. */
  static FeatureShape pooled(String name, FeatureShape in, int size, int stride, int padding) {
    return new FeatureShape(
        in.channels(),
        outputLength(name, in.height(), size, stride, padding),
        outputLength(name, in.width(), size, stride, padding));
  }

  /**
   * The number of windows along one side.
   *
   * @throws IllegalArgumentException if not even one fits
   */
  static int outputLength(String name, int input, int window, int stride, int padding) {
    int free = input + 2 * padding - window;
    if (free < 0) {
      throw new IllegalArgumentException(
          name
              + ": window "
              + window
              + " is larger than the padded input "
              + (input + 2 * padding));
    }
    return free / stride + 1;
  }
}
