package org.sscspark.config;

import java.util.Locale;

/** The values that a numeric setting may have. */
public enum Range {
  POSITIVE("must be positive") {
    @Override
    boolean contains(double value) {
      return value > 0 && value < Double.POSITIVE_INFINITY;
    }
  },
  NON_NEGATIVE("must be 0 or more") {
    @Override
    boolean contains(double value) {
      return value >= 0 && value < Double.POSITIVE_INFINITY;
    }
  },
  HALF_OPEN_UNIT("must be at least 0 and below 1") {
    @Override
    boolean contains(double value) {
      return value >= 0 && value < 1;
    }
  };

  private final String rule;

  Range(String rule) {
    this.rule = rule;
  }

  abstract boolean contains(double value);

  /** Throws {@link IllegalArgumentException} naming the key if the value is outside. */
  public void check(String key, double value) {
    if (!contains(value)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %s: it %s", key, value, rule));
    }
  }

  /** As {@link #check}, of a value that is computed with in single precision. */
  public void checkSingle(String key, double value) {
    check(key, value);
    if (!contains((float) value)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s is %s: it %s, and is %s in single precision",
              key,
              value,
              rule,
              (float) value));
    }
  }

  /** Throws {@link IllegalArgumentException} naming the key if the count is not at least one. */
  public static void checkCount(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %d: it must be at least 1", key, value));
    }
  }
}
