package org.sscspark.spark.dl4j;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.averaging.Reduction;

/**
 * How a {@link SparseAveragingMaster} averages; see its builder.
 *
 * @param batch examples of a minibatch, or empty if elements of RDDs are minibatches
 * @param timed whether it collects training statistics
 */
record MasterSettings(
    int frequency,
    OptionalInt batch,
    Reduction reduction,
    OptimizerStateMode updaterState,
    long seed,
    boolean timed) {
  private static final String CLASS = "@class";
  private static final String FREQUENCY = "frequency";
  private static final String BATCH = "batchSizePerWorker";
  private static final String REDUCTION = "reduction";
  private static final String UPDATER_STATE = "updaterState";
  private static final String SEED = "seed";
  private static final String TIMED = "collectTrainingStats";
  private static final List<String> NAMES =
      List.of(CLASS, FREQUENCY, BATCH, REDUCTION, UPDATER_STATE, SEED, TIMED);

  MasterSettings {
    if (frequency < 1) {
      throw new IllegalArgumentException(
          "Averaging frequency must be at least 1 minibatch, was " + frequency);
    }
    if (batch.isPresent() && batch.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "A minibatch must have at least 1 example, was given " + batch.getAsInt());
    }
  }

  MasterSettings timed(boolean collect) {
    return new MasterSettings(frequency, batch, reduction, updaterState, seed, collect);
  }

  /** The settings as text that {@link #read} reads. */
  String write(ObjectMapper mapper) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(CLASS, SparseAveragingMaster.class.getName());
    fields.put(FREQUENCY, frequency);
    batch.ifPresent(examples -> fields.put(BATCH, examples));
    fields.put(REDUCTION, reduction.name());
    fields.put(UPDATER_STATE, updaterState.name());
    fields.put(SEED, seed);
    fields.put(TIMED, timed);
    try {
      return mapper.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + fields, e);
    }
  }

  /**
   * Reads settings.
   *
   * @throws BadInputException if the text is no such document, or is another master's; a field is
   *     named that is missing, is none of a master's, or has a value that cannot be
   */
  static MasterSettings read(ObjectMapper mapper, String text) {
    JsonNode document;
    try {
      document = mapper.readTree(text);
    } catch (IOException e) {
      throw new BadInputException("A training master's settings cannot be parsed", e);
    }
    String type = field(document, CLASS).asText();
    if (!type.equals(SparseAveragingMaster.class.getName())) {
      throw new BadInputException("The settings are those of a " + type);
    }
    document.fieldNames().forEachRemaining(MasterSettings::requireKnown);
    return new MasterSettings(
        count(document, FREQUENCY),
        document.has(BATCH) ? OptionalInt.of(count(document, BATCH)) : OptionalInt.empty(),
        choice(document, REDUCTION, Reduction.class),
        choice(document, UPDATER_STATE, OptimizerStateMode.class),
        valid(
                document,
                SEED,
                value -> value.isIntegralNumber() && value.canConvertToLong(),
                "a whole number")
            .asLong(),
        valid(document, TIMED, JsonNode::isBoolean, "true or false").asBoolean());
  }

  private static void requireKnown(String name) {
    if (!NAMES.contains(name)) {
      throw new BadInputException(
          "A training master's settings have no %s; they are %s"
              .formatted(name, String.join(", ", NAMES)));
    }
  }

  private static int count(JsonNode document, String name) {
    return valid(
            document,
            name,
            value -> value.isIntegralNumber() && value.canConvertToInt() && value.asInt() > 0,
            "a whole number from 1 to " + Integer.MAX_VALUE)
        .asInt();
  }

  private static JsonNode valid(
      JsonNode document, String name, Predicate<JsonNode> isValid, String expected) {
    JsonNode value = field(document, name);
    if (!isValid.test(value)) {
      throw new BadInputException(
          "A training master's %s must be %s, was %s".formatted(name, expected, value));
    }
    return value;
  }

  private static <E extends Enum<E>> E choice(JsonNode document, String name, Class<E> choices) {
    String value = field(document, name).asText();
    return Arrays.stream(choices.getEnumConstants())
        .filter(choice -> choice.name().equals(value.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "A training master's %s must be one of %s, was %s"
                        .formatted(name, Arrays.toString(choices.getEnumConstants()), value)));
  }

  private static JsonNode field(JsonNode document, String name) {
    JsonNode value = document == null ? null : document.get(name);
    if (value == null) {
      throw new BadInputException("A training master's settings lack " + name);
    }
    return value;
  }
}
