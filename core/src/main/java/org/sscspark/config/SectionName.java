package org.sscspark.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Set;

/**
 * A section that has a name may be written as the name alone: {@code engine = lane} is {@code
 * engine.name = lane}, and leaves the section's other keys as they are.
 */
final class SectionName {
  /** The key that the name is the value of. */
  static final String KEY = "name";

  private SectionName() {}

  /** The value as a section, if it is the name of one that has these keys; else the value. */
  static ConfigValue section(ConfigValue value, Set<String> keys) {
    return keys.contains(KEY) && isText(value) ? value.atKey(KEY).root() : value;
  }

  /** A substitution is looked at again once it is resolved. */
  static boolean isText(ConfigValue value) {
    try {
      return value.valueType() == ConfigValueType.STRING;
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  /** The settings with all sections that are names written out. */
  static ConfigObject written(ConfigObject given, ConfigObject known) {
    ConfigObject written = given;
    for (String key : given.keySet()) {
      if (known.get(key) instanceof ConfigObject knownSection) {
        ConfigValue value = section(given.get(key), knownSection.keySet());
        written =
            written.withValue(
                key,
                value instanceof ConfigObject section ? written(section, knownSection) : value);
      }
    }
    return written;
  }
}
