package org.sscspark.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** How Java names are written in settings files: {@code labelSmoothing} is label-smoothing. */
public final class KebabCase {
  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private KebabCase() {}

  /** A camel-case identifier in kebab case. */
  public static String of(String identifier) {
    return WORD_START.matcher(identifier).replaceAll("-").toLowerCase(Locale.ROOT);
  }

  /** An enum constant in kebab case: {@code SCALE_ONLY} is scale-only. */
  public static String of(Enum<?> constant) {
    return constant.name().replace('_', '-').toLowerCase(Locale.ROOT);
  }
}
