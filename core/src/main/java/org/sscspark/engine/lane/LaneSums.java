package org.sscspark.engine.lane;

/** Adds the lanes of a vector, in one order on every machine of as many lanes. */
final class LaneSums {
  private LaneSums() {}

  /**
   * Adds the upper half of the lanes to the lower, until one is left. Plain sums: vectors of
   * several lengths in one process spoil the compiler's profile of all of them, and then every one
   * is an object.
   */
  static float of(float[] v, int at, int lanes) {
    if (lanes == 4) {
      return (v[at] + v[at + 2]) + (v[at + 1] + v[at + 3]);
    }
    if (lanes == 8) {
      return ((v[at] + v[at + 4]) + (v[at + 2] + v[at + 6]))
          + ((v[at + 1] + v[at + 5]) + (v[at + 3] + v[at + 7]));
    }
    return (((v[at] + v[at + 8]) + (v[at + 4] + v[at + 12]))
            + ((v[at + 2] + v[at + 10]) + (v[at + 6] + v[at + 14])))
        + (((v[at + 1] + v[at + 9]) + (v[at + 5] + v[at + 13]))
            + ((v[at + 3] + v[at + 11]) + (v[at + 7] + v[at + 15])));
  }

  /** Adds the second of two vectors to the first, and the lanes of that. */
  static float ofTwo(float[] v, int at, int lanes) {
    for (int lane = at; lane < at + lanes; lane++) {
      v[lane] += v[lane + lanes];
    }
    return of(v, at, lanes);
  }
}
