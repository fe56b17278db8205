package org.sscspark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.sscspark.config.MovedSettings;
import org.sscspark.network.FeatureShape;
import org.sscspark.storage.Sha256;

/**
 * What a run is, recorded when it starts.
 *
 * @param configuration the resolved configuration as a JSON object; equal text for equal settings,
 *     by today's names also if an older program wrote it
 * @param data the data set's identity: name, checksum; what must not change during a run
 * @param environment versions, machine: what may change between a run and its resumption
 * @param engines what executors computed with, by the round, from 1, from which they did
 * @param id what tells its checkpoints from those of runs with other settings or data; absent of
 *     what is no run, and of runs that an older program began
 */
public record RunRecord(
    String configuration,
    SortedMap<String, String> data,
    SortedMap<String, String> environment,
    SortedMap<Long, String> engines,
    Optional<String> id) {
  /**
   * Of a key of {@link #data}, or its end: the way in which image files become pixels. Absent where
   * data sets hold pixels.
   */
  public static final String DECODING = "decoding";

  /** Of a key of {@link #data}, or its end: the shape of an image. */
  private static final String SHAPE = "shape";

  /** Of a key of {@link #data}, or its end: a checksum of the classes' names, in order. */
  private static final String CLASSES = "names of classes";

  /** Begins the keys of {@link #data} that are of the set a run is evaluated on. */
  public static final String TEST = "test ";

  /** What is compared where a key has no value, and the name of a set that there is not. */
  public static final String ABSENT = "absent";

  /** Of programs that recorded none. */
  private static final String FIRST_DECODING = "1";

  private static final int VERSION = 1;
  private static final String CHECKPOINT_SETTINGS = "checkpoint.";
  private static final String PAUSE = "train.stop-after";
  private static final String ENGINE = "engine";
  private static final String ENGINES = "engines";
  private static final String ID = "id";

  /** Of which the first may be written as the whole section, and was the whole section once. */
  private static final Pattern ENGINE_NAME = Pattern.compile("(?<=^|\\.)engine\\.name$");

  private static final Pattern ENGINE_LANES = Pattern.compile("(?<=^|\\.)engine\\.lanes$");
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
    engines = new TreeMap<>(engines);
  }

  /** A run of which nothing has been computed yet. */
  public RunRecord(
      String configuration, SortedMap<String, String> data, SortedMap<String, String> environment) {
    this(configuration, data, environment, new TreeMap<>(), Optional.empty());
  }

  /**
   * Adds to what is recorded of data sets what the bytes of one do not tell: equal ones may be
   * images of another shape, and classes of other names.
   *
   * @param role what its keys begin with
   */
  public static void putMeaning(
      String role, FeatureShape shape, List<String> classes, SortedMap<String, String> data) {
    data.put(role + SHAPE, shape.toString());
    byte[] names = String.join("\n", classes).getBytes(StandardCharsets.UTF_8);
    data.put(role + CLASSES, Sha256.of(names));
  }

  /**
   * The same as the record of a run that begins, with an id of what {@link #firstDifference}
   * compares: a run that is begun again with the same settings has the same one. It is kept as it
   * is from then on, whatever later programs call a setting.
   */
  RunRecord begun() {
    SortedMap<String, String> all = new TreeMap<>(decisive(configuration));
    all.putAll(identities());
    ObjectNode compared = JSON.createObjectNode();
    all.forEach(compared::put);
    return new RunRecord(
        configuration,
        data,
        environment,
        engines,
        Optional.of(Sha256.of(compared.toString().getBytes(StandardCharsets.UTF_8))));
  }

  /**
   * The same with an engine that computes from a round on. What was recorded for later rounds is
   * forgotten: they are computed again.
   *
   * @param round from 1
   */
  public RunRecord withEngine(long round, String engine) {
    SortedMap<Long, String> now = new TreeMap<>(engines.headMap(round));
    if (now.isEmpty() || !now.get(now.lastKey()).equals(engine)) {
      now.put(round, engine);
    }
    return new RunRecord(configuration, data, environment, now, id);
  }

  /** The engine that computed last, once there is one. */
  public Optional<String> lastEngine() {
    return engines.isEmpty() ? Optional.empty() : Optional.of(engines.get(engines.lastKey()));
  }

  /**
   * The engine that computed a round, as far as it is recorded.
   *
   * @param round from 1
   */
  public Optional<String> engineAt(long round) {
    SortedMap<Long, String> before = engines.headMap(round + 1);
    return before.isEmpty() ? Optional.empty() : Optional.of(before.get(before.lastKey()));
  }

  /** The environment and what computed, in words, with every change: what reports tell. */
  public SortedMap<String, String> told() {
    SortedMap<String, String> told = new TreeMap<>(environment);
    if (!engines.isEmpty()) {
      told.put(ENGINE, enginesInWords());
    }
    return told;
  }

  private String enginesInWords() {
    StringJoiner words = new StringJoiner("; ");
    engines.forEach(
        (round, engine) -> words.add(round == 1 ? engine : "from round " + round + " " + engine));
    return words.toString();
  }

  /** A setting of the run by its path, unless it is null. */
  public Optional<String> setting(String path) {
    return Optional.ofNullable(flat(configuration).get(path))
        .filter(value -> !value.equals("null"));
  }

  /** Returns the record as JSON. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode().put("format", VERSION);
    id.ifPresent(value -> root.put(ID, value));
    root.set("configuration", parse(configuration));
    data.forEach(root.putObject("data")::put);
    environment.forEach(root.putObject("environment")::put);
    ArrayNode computed = root.putArray(ENGINES);
    engines.forEach(
        (round, engine) -> computed.addObject().put("fromRound", round).put(ENGINE, engine));
    return root.toPrettyString() + "\n";
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if the text is no record
   */
  public static RunRecord fromJson(String json) {
    if (json.isBlank()) {
      throw new IllegalArgumentException("it is empty");
    }
    JsonNode root = parse(json);
    if (root.path("format").asInt(0) != VERSION) {
      throw new IllegalArgumentException(
          "it has format " + root.path("format") + ", this program reads " + VERSION);
    }
    SortedMap<String, String> environment = texts(root.path("environment"));
    // Runs that began before engines were recorded by round have what was expected then.
    String expected = environment.remove(ENGINE);
    SortedMap<Long, String> engines = new TreeMap<>();
    if (expected != null) {
      engines.put(1L, expected);
    }
    root.path(ENGINES)
        .forEach(one -> engines.put(one.path("fromRound").asLong(), one.path(ENGINE).asText()));
    return new RunRecord(
        root.path("configuration").toString(),
        texts(root.path("data")),
        environment,
        engines,
        Optional.ofNullable(root.path(ID).textValue()));
  }

  /**
   * Compares what must be equal for a run to resume: configuration and data; how images are decoded
   * is for {@link #decodingDifference}. When checkpoints are made, how many are kept and where a
   * run pauses changes nothing in what is computed, so it may differ, and so may the lanes of
   * vectors, which change last bits at most and are recorded with what computes. A run of a program
   * that did not record what it evaluates on, or shapes and classes, takes any.
   *
   * @return the first difference, in words: key, recorded value, other value
   */
  public Optional<String> firstDifference(RunRecord other) {
    return firstDifference(decisive(configuration), decisive(other.configuration))
        .or(() -> firstDifference(identities(), other.identities(this::records)));
  }

  /** Whether the program that wrote this recorded what a key says, if there was something. */
  private boolean records(String key) {
    if (key.endsWith(SHAPE) || key.endsWith(CLASSES)) {
      return data.keySet().stream().anyMatch(own -> own.endsWith(SHAPE));
    }
    return !key.startsWith(TEST) || data.keySet().stream().anyMatch(own -> own.startsWith(TEST));
  }

  /**
   * Compares how image files become pixels: what a run has learned of others would not go with.
   *
   * @return the first difference, in words, as of {@link #firstDifference}
   */
  public Optional<String> decodingDifference(RunRecord other) {
    SortedMap<String, String> before = decodings();
    SortedMap<String, String> now = other.decodings();
    before.keySet().forEach(key -> now.putIfAbsent(key, FIRST_DECODING));
    now.keySet().forEach(key -> before.putIfAbsent(key, FIRST_DECODING));
    return firstDifference(before, now);
  }

  private SortedMap<String, String> decodings() {
    SortedMap<String, String> decodings = prefixed(data);
    decodings.keySet().removeIf(key -> !key.endsWith(DECODING));
    return decodings;
  }

  private SortedMap<String, String> identities() {
    return identities(key -> true);
  }

  private SortedMap<String, String> identities(Predicate<String> compared) {
    SortedMap<String, String> identities = new TreeMap<>(data);
    identities.keySet().removeIf(key -> key.endsWith(DECODING) || !compared.test(key));
    return prefixed(identities);
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
      String before = recorded.getOrDefault(key, ABSENT);
      String now = other.getOrDefault(key, ABSENT);
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
    SortedMap<String, String> settings = new TreeMap<>();
    flat(configuration)
        .forEach(
            (key, value) -> settings.put(ENGINE_NAME.matcher(key).replaceFirst(ENGINE), value));
    settings
        .keySet()
        .removeIf(
            key ->
                key.startsWith(CHECKPOINT_SETTINGS)
                    || key.equals(PAUSE)
                    || ENGINE_LANES.matcher(key).find());
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
