package org.sscspark.search;

/** What the ranges say about their levels. */
final class Levels {
  private Levels() {}

  static void requireTwo(int levels) {
    if (levels < 2) {
      throw new IllegalArgumentException(
          "levels = " + levels + " must be at least 2, for both bounds");
    }
  }

  static IllegalArgumentException missing() {
    return new IllegalArgumentException(
        "a grid needs to know how many values to take of a range; give levels, or a choice");
  }
}
