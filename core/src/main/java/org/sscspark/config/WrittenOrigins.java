package org.sscspark.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.util.Map;

/**
 * Where settings were written. What a substitution became says where the setting stands that it
 * refers to, perhaps among the defaults; a user wrote the substitution.
 */
final class WrittenOrigins {
  private WrittenOrigins() {}

  /**
   * Resolved settings with the places of substitutions.
   *
   * @param given what the user wrote, with its substitutions
   */
  static ConfigObject of(ConfigObject resolved, ConfigObject given) {
    ConfigObject written = resolved;
    try {
      for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
        ConfigValue value = resolved.get(entry.getKey());
        if (value != null) {
          written = written.withValue(entry.getKey(), of(value, entry.getValue()));
        }
      }
    } catch (ConfigException.NotResolved e) {
      // Of a section that is half a substitution every key knows its place.
      return written;
    }
    return written;
  }

  private static ConfigValue of(ConfigValue value, ConfigValue given) {
    if (isSubstitution(given)) {
      return at(value, given.origin());
    }
    return value instanceof ConfigObject section && given instanceof ConfigObject writtenSection
        ? of(section, writtenSection)
        : value;
  }

  /** Whether it stands for a value that is not known yet. */
  static boolean isSubstitution(ConfigValue value) {
    try {
      return value.valueType() == null;
    } catch (ConfigException.NotResolved e) {
      return true;
    }
  }

  private static ConfigValue at(ConfigValue value, ConfigOrigin origin) {
    if (!(value instanceof ConfigObject section)) {
      return value.withOrigin(origin);
    }
    ConfigObject all = section;
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      all = all.withValue(entry.getKey(), at(entry.getValue(), origin));
    }
    return all.withOrigin(origin);
  }
}
