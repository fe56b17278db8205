package org.sscspark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sscspark.config.MovedSettings;

/**
 * What a run is, recorded when it starts.
 *
 * @param configuration the resolved configuration as a JSON object; equal text for equal settings,
 *     by today's names also if an older program wrote it
 * @param data the data set's identity: name, checksum; what must not change during a run
 * @param environment versions, engine, machine: what may change between a run and its resumption
 */
public record RunRecord(
    String configuration, SortedMap<String, String> data, SortedMap<String, String> environment) {
  private static final int VERSION = 1;
  private static final String CHECKPOINT_SETTINGS = "checkpoint.";
  private static final String PAUSE = "train.stop-after";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public RunRecord {
    if (!parse(configuration).isObject()) {
      throw new IllegalArgumentException(
          "A configuration must be a JSON object, was " + configuration);
    }
    configuration = MovedSettings.upgraded(configuration);
    data = new TreeMap<>(data);
    environment = new TreeMap<>(environment);
  }

  /** Returns the record as JSON. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode().put("format", VERSION);
    root.set("configuration", parse(configuration));
    data.forEach(root.putObject("data")::put);
    environment.forEach(root.putObject("environment")::put);
    return root.toPrettyString() + "\n";
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if the text is no record
   */
  public static RunRecord fromJson(String json) {
    JsonNode root = parse(json);
    if (root.path("format").asInt(0) != VERSION) {
      throw new IllegalArgumentException(
          "it has format " + root.path("format") + ", this program reads " + VERSION);
    }
    return new RunRecord(
        root.path("configuration").toString(),
        texts(root.path("data")),
        texts(root.path("environment")));
  }

  /**
   * Compares what must be equal for a run to resume: configuration and data. When checkpoints are
   * made, how many are kept and where a run pauses changes nothing in what is computed, so it may
   * differ.
   *
   * @return the first difference, in words: key, recorded value, other value
   */
  public Optional<String> firstDifference(RunRecord other) {
    return firstDifference(decisive(configuration), decisive(other.configuration))
        .or(() -> firstDifference(prefixed(data), prefixed(other.data)));
  }

  /** The environment's differences, in words, such as {@code engine: lane, now nd4j}. */
  public Optional<String> firstEnvironmentDifference(RunRecord other) {
    return firstDifference(environment, other.environment);
  }

  private static Optional<String> firstDifference(
      SortedMap<String, String> recorded, SortedMap<String, String> other) {
    TreeMap<String, String> keys = new TreeMap<>(recorded);
    keys.putAll(other);
    for (String key : keys.keySet()) {
      String before = recorded.getOrDefault(key, "absent");
      String now = other.getOrDefault(key, "absent");
      if (!before.equals(now)) {
        return Optional.of(key + " was " + before + " and is now " + now);
      }
    }
    return Optional.empty();
  }

  private static SortedMap<String, String> prefixed(SortedMap<String, String> data) {
    SortedMap<String, String> prefixed = new TreeMap<>();
    data.forEach((key, value) -> prefixed.put("data set " + key, value));
    return prefixed;
  }

  private static SortedMap<String, String> decisive(String configuration) {
    SortedMap<String, String> settings = flat(configuration);
    settings.keySet().removeIf(key -> key.startsWith(CHECKPOINT_SETTINGS) || key.equals(PAUSE));
    return settings;
  }

  private static SortedMap<String, String> flat(String configuration) {
    SortedMap<String, String> flat = new TreeMap<>();
    flatten("", parse(configuration), flat);
    return flat;
  }

  private static void flatten(String path, JsonNode node, SortedMap<String, String> flat) {
    if (node.isNull() || (node.isArray() && node.isEmpty())) {
      // A setting left out is one that an older program may not have had.
      return;
    }
    if (!node.isObject()) {
      flat.put(path, node.toString());
      return;
    }
    for (Iterator<Map.Entry<String, JsonNode>> fields = node.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      flatten(
          path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), flat);
    }
  }

  private static SortedMap<String, String> texts(JsonNode node) {
    SortedMap<String, String> texts = new TreeMap<>();
    node.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
