package org.sscspark.report;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class Figures {
  private static final String[] LARGE = {"", " k", " M", " G", " T", " P", " E"};
  private static final String[] BYTES = {" B", " KiB", " MiB", " GiB", " TiB"};

  private Figures() {}

  /** A fraction as a percentage with two decimals: 0.8412 is {@code 84.12 %}. */
  public static String percent(double fraction) {
    return fixed(100 * fraction, 2) + " %";
  }

  /** A number with this many decimals. */
  public static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A whole number with its thousands apart: {@code 1,234,567}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A large number to three digits: 40813184 is {@code 40.8 M}. */
  public static String large(double value) {
    return scaled(value, 1000, LARGE);
  }

  /** A length in bytes to three digits: 1536 is {@code 1.50 KiB}. */
  public static String bytes(long length) {
    return scaled((double) length, 1024, BYTES);
  }

  /** A time in the unit that suits it: {@code 84 ms}, {@code 12.3 s}, {@code 2 min 05 s}. */
  public static String time(Duration time) {
    long millis = time.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      return fixed(millis / 1000.0, 1) + " s";
    }
    long seconds = Math.round(millis / 1000.0);
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
  }

  private static String scaled(double value, int base, String[] units) {
    double scaled = value;
    int unit = 0;
    // 999.5 would print as 1000 with three digits.
    while (Math.abs(scaled) >= 999.5 && unit < units.length - 1) {
      scaled /= base;
      unit++;
    }
    boolean whole = unit == 0 && scaled == Math.rint(scaled);
    int decimals = whole || Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
    return fixed(scaled, decimals) + units[unit];
  }
}
