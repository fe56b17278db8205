package org.sscspark.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Single values of settings: text, truth values, durations, enum constants, numbers. */
final class ScalarBinder {
  private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?[\\d.]+([eE][+-]?\\d+)?\\s*");
  private static final String DURATION = "a duration with its unit, as in 30 s or 5 m";

  private ScalarBinder() {}

  /**
   * Returns a value as a type.
   *
   * @param path the full key, for messages
   * @throws BadInputException if the value is none of the type
   */
  static Object value(ConfigValue value, Class<?> type, String path) {
    String text = value.unwrapped().toString();
    if (type == String.class) {
      return text;
    }
    if (type == boolean.class || type == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw RecordBinder.mismatch(value, path, "true or false");
      };
    }
    if (type == Duration.class) {
      return duration(value, path);
    }
    if (type.isEnum()) {
      return constant(value, text, type, path);
    }
    return number(value, text, type, path);
  }

  private static Duration duration(ConfigValue value, String path) {
    try {
      String text = value.unwrapped().toString();
      if (text.startsWith("P")) {
        // As CanonicalJson writes it.
        return Duration.parse(text);
      }
      if (NUMBER.matcher(text).matches()) {
        // To the library they are milliseconds, which nobody means.
        throw RecordBinder.mismatch(value, path, DURATION);
      }
      return value.atKey("duration").getDuration("duration");
    } catch (ConfigException.BadValue | ConfigException.WrongType | DateTimeParseException e) {
      throw RecordBinder.mismatch(value, path, DURATION);
    }
  }

  private static Object constant(ConfigValue value, String text, Class<?> type, String path) {
    Map<String, Object> constants = new LinkedHashMap<>();
    Arrays.stream(type.getEnumConstants())
        .forEach(constant -> constants.put(KebabCase.of((Enum<?>) constant), constant));
    Object constant = constants.get(text);
    if (constant == null) {
      throw RecordBinder.mismatch(value, path, "one of " + String.join(", ", constants.keySet()));
    }
    return constant;
  }

  private static Object number(ConfigValue value, String text, Class<?> type, String path) {
    boolean whole =
        type == int.class || type == Integer.class || type == long.class || type == Long.class;
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw RecordBinder.mismatch(value, path, whole ? "a whole number" : "a number");
    }
    if (type == double.class || type == Double.class) {
      return number.doubleValue();
    }
    if (type == float.class || type == Float.class) {
      return number.floatValue();
    }
    if (!whole) {
      throw RecordBinder.unsupported(type, path);
    }
    try {
      if (type == int.class || type == Integer.class) {
        return number.intValueExact();
      }
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw RecordBinder.mismatch(
          value, path, "a whole number that fits into " + type.getSimpleName());
    }
  }
}
