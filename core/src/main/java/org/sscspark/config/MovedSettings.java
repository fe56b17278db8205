package org.sscspark.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Settings that had another name before; the table is the resource {@code moved-settings.conf}. */
public final class MovedSettings {
  private static final String TABLE = "moved-settings.conf";

  /** Where comparisons and sweeps record what their trials have alike. */
  private static final String EXPERIMENT = "experiment";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MovedSettings ALL = read();

  private final List<Moved> moved;
  private final List<Renamed> renamed;
  private final Map<String, JsonNode> added;
  private final List<String> later;

  /** A setting by both its names. */
  private record Renamed(String from, String to) {}

  /** A setting by both its names, recorded by programs older still; the last two go together. */
  private record Moved(String from, String to, Optional<String> only, Optional<Double> otherwise) {}

  private MovedSettings(
      List<Moved> moved, List<Renamed> renamed, Map<String, JsonNode> added, List<String> later) {
    this.moved = moved;
    this.renamed = renamed;
    this.added = added;
    this.later = later;
  }

  private static MovedSettings read() {
    Config table =
        ConfigFactory.parseResources(
            MovedSettings.class, TABLE, ConfigParseOptions.defaults().setAllowMissing(false));
    Map<String, JsonNode> added = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> one : table.getConfig("added").entrySet()) {
      added.put(one.getKey(), tree(one.getValue().unwrapped().toString()));
    }
    return new MovedSettings(
        table.getConfigList("moved").stream()
            .map(
                entry ->
                    new Moved(
                        entry.getString("from"),
                        entry.getString("to"),
                        entry.hasPath("only")
                            ? Optional.of(entry.getString("only"))
                            : Optional.empty(),
                        entry.hasPath("otherwise")
                            ? Optional.of(entry.getDouble("otherwise"))
                            : Optional.empty()))
            .toList(),
        table.getConfigList("renamed").stream()
            .map(entry -> new Renamed(entry.getString("from"), entry.getString("to")))
            .toList(),
        added,
        table.getStringList("later"));
  }

  /** What a setting is called now, if it had this name before. */
  static Optional<String> now(String key) {
    return Stream.concat(
            ALL.renamed.stream(),
            ALL.moved.stream().map(entry -> new Renamed(entry.from, entry.to)))
        .filter(entry -> entry.from.equals(key))
        .map(Renamed::to)
        .findFirst();
  }

  /**
   * Settings that an older program recorded, by today's names.
   *
   * @param json as {@link CanonicalJson} writes it; today's are returned as they are
   * @throws IllegalArgumentException if it is not JSON
   */
  public static String upgraded(String json) {
    JsonNode recorded = tree(json);
    if (!(recorded instanceof ObjectNode)) {
      return json;
    }
    ObjectNode today = recorded.deepCopy();
    ALL.upgrade((ObjectNode) recorded, today);
    if (today.path(EXPERIMENT) instanceof ObjectNode inner) {
      ALL.upgrade(inner.deepCopy(), inner);
    }
    return today.equals(recorded) ? json : today.toString();
  }

  /**
   * The reverse of {@link #upgraded}, so that what was named by a hash of its settings keeps its
   * name: the text that the oldest program that could have had these settings wrote for them.
   */
  public static String former(String json) {
    ObjectNode settings = (ObjectNode) tree(json);
    for (Renamed entry : ALL.renamed) {
      rename(settings, entry.to, entry.from);
    }
    return ALL.former(settings).orElseGet(() -> sorted(settings)).toString();
  }

  private static void rename(ObjectNode settings, String from, String to) {
    JsonNode value = settings.at(pointer(from));
    if (!value.isMissingNode()) {
      put(settings, to, value);
      remove(settings, from);
    }
  }

  private Optional<JsonNode> former(ObjectNode today) {
    ObjectNode former = today.deepCopy();
    for (String key : later) {
      if (former.at(pointer(key)).isNull()) {
        remove(former, key);
      }
    }
    for (Map.Entry<String, JsonNode> one : added.entrySet()) {
      JsonNode value = today.at(pointer(one.getKey()));
      if (!value.isMissingNode()) {
        if (!value.equals(one.getValue())) {
          return Optional.empty();
        }
        remove(former, one.getKey());
      }
    }
    for (Moved entry : moved) {
      boolean used = entry.only.map(condition -> holds(today, renamed(condition))).orElse(true);
      JsonNode value = today.at(pointer(entry.to));
      if (used && value.isMissingNode()) {
        return Optional.empty();
      }
      if (used) {
        remove(former, entry.to);
      }
      put(former, entry.from, used ? value : DoubleNode.valueOf(entry.otherwise.orElseThrow()));
    }
    for (Moved entry : moved) {
      String section = entry.to.substring(0, entry.to.lastIndexOf('.'));
      if (!former.at(pointer(section)).isMissingNode()) {
        return Optional.empty();
      }
    }
    return Optional.of(sorted(former));
  }

  /** A condition on a setting by today's name. */
  private String renamed(String condition) {
    int equals = condition.indexOf('=');
    String to = now(condition.substring(0, equals)).orElseThrow();
    return to + condition.substring(equals);
  }

  private static JsonNode sorted(JsonNode node) {
    if (!(node instanceof ObjectNode)) {
      return node;
    }
    Map<String, JsonNode> fields = new TreeMap<>();
    node.fields().forEachRemaining(field -> fields.put(field.getKey(), sorted(field.getValue())));
    ObjectNode sorted = JSON.createObjectNode();
    sorted.setAll(fields);
    return sorted;
  }

  private void upgrade(ObjectNode recorded, ObjectNode today) {
    for (Moved entry : moved) {
      JsonNode value = recorded.at(pointer(entry.from));
      if (!value.isMissingNode()) {
        remove(today, entry.from);
        if (entry.only.map(condition -> holds(recorded, condition)).orElse(true)) {
          put(today, entry.to, value);
        }
      }
    }
    for (Renamed entry : renamed) {
      rename(today, entry.from, entry.to);
    }
    added.forEach(
        (key, value) -> {
          boolean used = today.has(key.substring(0, key.indexOf('.')));
          if (used && today.at(pointer(key)).isMissingNode()) {
            put(today, key, value);
          }
        });
  }

  private static boolean holds(ObjectNode recorded, String condition) {
    int equals = condition.indexOf('=');
    return recorded
        .at(pointer(condition.substring(0, equals)))
        .asText()
        .equals(condition.substring(equals + 1));
  }

  private static void put(ObjectNode root, String key, JsonNode value) {
    int dot = key.lastIndexOf('.');
    ObjectNode section = root;
    for (String name : key.substring(0, dot).split("\\.")) {
      section = section.withObject("/" + name);
    }
    section.set(key.substring(dot + 1), value);
  }

  /** Removes a setting, and its section with the last. */
  private static void remove(ObjectNode root, String key) {
    int dot = key.lastIndexOf('.');
    ObjectNode section = (ObjectNode) root.at(pointer(key.substring(0, dot)));
    section.remove(key.substring(dot + 1));
    if (section.isEmpty()) {
      String name = key.substring(0, dot);
      int before = name.lastIndexOf('.');
      ObjectNode parent =
          before < 0 ? root : (ObjectNode) root.at(pointer(name.substring(0, before)));
      parent.remove(name.substring(before + 1));
    }
  }

  private static String pointer(String key) {
    return "/" + key.replace('.', '/');
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
