package org.sscspark.engine.lane;

/** Adds the lanes of a vector, in one order on every machine of as many lanes. */
final class LaneSums {
  private LaneSums() {}

  /** Adds every fourth lane, then those four sums. */
  static float of(float[] values, int at, int lanes) {
    if (lanes == 8) {
      // The same sums as below; weight gradients of many small planes spend their time here.
      return ((values[at] + values[at + 4]) + (values[at + 2] + values[at + 6]))
          + ((values[at + 1] + values[at + 5]) + (values[at + 3] + values[at + 7]));
    }
    float[] sums = new float[4];
    for (int i = 0; i < lanes; i++) {
      sums[i % 4] += values[at + i];
    }
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
  }
}
