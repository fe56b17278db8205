package org.sscspark.config;

import java.util.regex.Pattern;

/** Numbers that a JVM is given as {@code -Dname=value}. Java's own readers skip what is none. */
public final class SystemProperties {
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private SystemProperties() {}

  /**
   * How many of something there are.
   *
   * @param otherwise if the property is not set
   * @throws BadInputException if it is no whole number of at least 1
   */
  public static int count(String name, int otherwise) {
    return (int) number(name, 1, Integer.MAX_VALUE, otherwise);
  }

  /**
   * How many bytes something may have.
   *
   * @param otherwise if the property is not set
   * @throws BadInputException if it is no whole number of at least 0
   */
  public static long bytes(String name, long otherwise) {
    return number(name, 0, Long.MAX_VALUE, otherwise);
  }

  private static long number(String name, long least, long most, long otherwise) {
    String text = System.getProperty(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = DIGITS.matcher(text).matches() ? Long.parseLong(text) : -1;
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // It is larger than any.
    }
    throw new BadInputException(
        "System property %s = %s: give a whole number from %s to %s, in decimal digits"
            .formatted(name, text, least, most));
  }
}
