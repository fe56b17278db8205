package org.sscspark.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings that had another name before; the table is the resource {@code moved-settings.conf}. */
public final class MovedSettings {
  private static final String TABLE = "moved-settings.conf";
  private static final MovedSettings ALL = read();

  private final List<Moved> moved;
  private final ConfigObject added;

  private record Moved(String from, String to, Optional<String> only) {}

  private MovedSettings(List<Moved> moved, ConfigObject added) {
    this.moved = moved;
    this.added = added;
  }

  private static MovedSettings read() {
    Config table =
        ConfigFactory.parseResources(
            MovedSettings.class, TABLE, ConfigParseOptions.defaults().setAllowMissing(false));
    return new MovedSettings(
        table.getConfigList("moved").stream()
            .map(
                entry ->
                    new Moved(
                        entry.getString("from"),
                        entry.getString("to"),
                        entry.hasPath("only")
                            ? Optional.of(entry.getString("only"))
                            : Optional.empty()))
            .toList(),
        table.getObject("added"));
  }

  /** What a setting is called now, if it had this name before. */
  static Optional<String> now(String key) {
    return ALL.moved.stream().filter(entry -> entry.from.equals(key)).map(Moved::to).findFirst();
  }

  /**
   * Settings that an older program recorded, by today's names.
   *
   * @param json as {@link CanonicalJson} writes it; text that is not an object is returned as it is
   */
  public static String upgraded(String json) {
    try {
      Config recorded = ConfigFactory.parseString(json);
      Config today = ALL.upgraded(recorded);
      return today.equals(recorded) ? json : CanonicalJson.render(today.root());
    } catch (ConfigException e) {
      return json;
    }
  }

  private Config upgraded(Config recorded) {
    Config result = recorded;
    for (Moved entry : moved) {
      if (recorded.hasPath(entry.from)) {
        if (entry.only.map(condition -> holds(recorded, condition)).orElse(true)) {
          result = result.withValue(entry.to, recorded.getValue(entry.from));
        }
        result = result.withoutPath(entry.from);
      }
    }
    return withAdded(withoutEmptied(result));
  }

  private Config withAdded(Config config) {
    Config result = config;
    for (Map.Entry<String, ConfigValue> one : added.toConfig().entrySet()) {
      if (config.hasPath(ConfigUtil.splitPath(one.getKey()).get(0))
          && !config.hasPathOrNull(one.getKey())) {
        result = result.withValue(one.getKey(), one.getValue());
      }
    }
    return result;
  }

  private static String section(String key) {
    return key.substring(0, key.lastIndexOf('.'));
  }

  private static boolean holds(Config recorded, String condition) {
    int equals = condition.indexOf('=');
    String key = condition.substring(0, equals);
    return recorded.hasPath(key) && recorded.getString(key).equals(condition.substring(equals + 1));
  }

  /** Sections all of whose settings moved. */
  private Config withoutEmptied(Config config) {
    Config result = config;
    for (Moved entry : moved) {
      String section = section(entry.from);
      if (result.hasPath(section) && result.getObject(section).isEmpty()) {
        result = result.withoutPath(section);
      }
    }
    return result;
  }
}
