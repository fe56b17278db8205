package org.sscspark.engine.lane;

/** Adds the lanes of a vector, in one order on every machine of as many lanes. */
final class LaneSums {
  private LaneSums() {}

  /** Halves the vector until one lane is left. */
  static float of(float[] values, int at, int lanes) {
    return switch (lanes) {
      case 1 -> values[at];
      case 2 -> values[at] + values[at + 1];
      case 4 -> (values[at] + values[at + 2]) + (values[at + 1] + values[at + 3]);
      default -> {
        float even = 0;
        float odd = 0;
        for (int i = 0; i < lanes; i += 4) {
          even += values[at + i] + values[at + i + 2];
          odd += values[at + i + 1] + values[at + i + 3];
        }
        yield even + odd;
      }
    };
  }
}
