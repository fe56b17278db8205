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

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
