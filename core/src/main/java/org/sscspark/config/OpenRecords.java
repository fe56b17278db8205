package org.sscspark.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** Binds records of open sets. */
final class OpenRecords {
  /** The key that names a record. */
  static final String KIND = "kind";

  private OpenRecords() {}

  /**
   * Returns the record that a section describes.
   *
   * @param set the interface of the set
   * @throws BadInputException if the kind is missing or unknown, or a key is not a component
   */
  static OpenRecord bind(ConfigObject section, Class<? extends OpenRecord> set, String path) {
    Map<String, OpenRecord> known = new LinkedHashMap<>();
    // Not the thread's loader: of some threads it does not see the jars of a job.
    for (OpenRecord one : ServiceLoader.load(set, set.getClassLoader())) {
      known.put(one.kind(), one);
    }
    ConfigValue kind = section.get(KIND);
    String names = String.join(", ", known.keySet());
    if (kind == null || kind.valueType() != ConfigValueType.STRING) {
      throw new BadInputException(
          "%s needs a key kind, one of %s: { kind = %s }"
              .formatted(path, names, known.keySet().iterator().next()));
    }
    OpenRecord defaults = known.get((String) kind.unwrapped());
    if (defaults == null) {
      throw RecordBinder.mismatch(kind, RecordBinder.join(path, KIND), "one of " + names);
    }
    Record record = (Record) defaults;
    ConfigObject whole =
        section
            .withoutKey(KIND)
            .withFallback(
                ConfigFactory.parseString(CanonicalJson.of(record)).root().withoutKey(KIND));
    return (OpenRecord) RecordBinder.bindAll(whole, record.getClass(), path);
  }
}
