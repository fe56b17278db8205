package org.sscspark.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Comparator;
import java.util.Map;

/**
 * Holds that no setting is given as a value and as a section. HOCON would let the later one replace
 * the earlier, which is lost then; null, which takes a setting back, may do so.
 */
final class ValueOrSection {
  private ValueOrSection() {}

  /**
   * Checks settings against those that they override.
   *
   * @throws BadInputException if one replaces others; both keys are named
   */
  static void require(ConfigObject earlier, ConfigObject later) {
    require(earlier, later, "");
  }

  private static void require(ConfigObject earlier, ConfigObject later, String path) {
    for (String key : later.keySet().stream().sorted().toList()) {
      ConfigValue before = earlier.get(key);
      ConfigValue now = later.get(key);
      String name = RecordBinder.join(path, key);
      if (before == null || isUndecided(before) || isUndecided(now)) {
        continue;
      }
      if (before instanceof ConfigObject first && now instanceof ConfigObject second) {
        require(first, second, name);
      } else if (before instanceof ConfigObject || now instanceof ConfigObject) {
        throw new BadInputException(
            "Settings %s and %s contradict each other: one is a value, the other makes it a section; give one of them"
                .formatted(described(name, before), described(name, now)));
      }
    }
  }

  /** Whether it takes a setting back, or stands for what is not known yet. */
  private static boolean isUndecided(ConfigValue value) {
    return WrittenOrigins.isSubstitution(value) || value.valueType() == ConfigValueType.NULL;
  }

  /** Of a section a key that was written. */
  private static String described(String name, ConfigValue value) {
    String key = name;
    ConfigValue written = value;
    while (written instanceof ConfigObject section && !section.isEmpty()) {
      Map.Entry<String, ConfigValue> first =
          section.entrySet().stream().min(Comparator.comparing(Map.Entry::getKey)).orElseThrow();
      key = RecordBinder.join(key, first.getKey());
      written = first.getValue();
    }
    return key + " (" + RecordBinder.origin(written) + ")";
  }
}
