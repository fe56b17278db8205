package org.sscspark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.sscspark.config.FlatJson;
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
  static final String SHAPE = "shape";

  /** Of a key of {@link #data}, or its end: a checksum of the classes' names, in order. */
  static final String CLASSES = "names of classes";

  /** Begins the keys of {@link #data} that are of the set a run is evaluated on. */
  public static final String TEST = "test ";

  /** How the keys begin that say which weights trials start from. */
  public static final String FROM = "from ";

  /** What is compared where a key has no value, and the name of a set that there is not. */
  public static final String ABSENT = "absent";

  private static final int VERSION = 1;
  private static final String ENGINE = "engine";
  private static final String ENGINES = "engines";
  private static final String ID = "id";

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
   * The same as the record of a run that begins, with an id of what {@link
   * RunComparison#difference} compares: a run that is begun again with the same settings has the
   * same one. It is kept as it is from then on, whatever later programs call a setting.
   */
  RunRecord begun() {
    ObjectNode compared = JSON.createObjectNode();
    RunComparison.compared(this).forEach(compared::put);
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
    return Optional.ofNullable(settings().get(path));
  }

  /** Those that are set, by their keys. */
  SortedMap<String, String> settings() {
    return FlatJson.AS_JSON.of(parse(configuration));
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
