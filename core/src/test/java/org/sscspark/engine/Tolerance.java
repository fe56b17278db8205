package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

/** Agreement of a float array with one in double precision. */
final class Tolerance {
  private Tolerance() {}

  /**
   * Checks every element to within {@code relative} times the largest magnitude expected in the
   * range: rounding errors of a sum scale with its terms, not with the sum.
   */
  static void assertClose(
      String what, float[] actual, double[] expected, int from, int to, double relative) {
    double largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    for (int i = from; i < to; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      assertThat(error <= relative * largest + 1e-7)
          .as(
              "%s at %d: %s, expected %s, largest magnitude %s",
              what, i, actual[i], expected[i], largest)
          .isTrue();
    }
  }

  static void assertClose(String what, float[] actual, double[] expected, double relative) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    assertClose(what, actual, expected, 0, expected.length, relative);
  }

  /**
   * Checks every element to within {@code relative} times what its own terms add up to: a small one
   * beside large ones has to be as exact as they.
   *
   * @param magnitudes of each element, the sum of its terms' magnitudes
   */
  static void assertEachClose(
      String what, float[] actual, double[] expected, double[] magnitudes, double relative) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      assertThat(error <= relative * magnitudes[i])
          .as(
              "%s at %d: %s, expected %s, magnitude %s",
              what, i, actual[i], expected[i], magnitudes[i])
          .isTrue();
    }
  }

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
