package org.sscspark.spark.dl4j;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
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
  private static final String BATCH = "batchSizePerWorker";

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
    fields.put("frequency", frequency);
    batch.ifPresent(examples -> fields.put(BATCH, examples));
    fields.put("reduction", reduction.name());
    fields.put("updaterState", updaterState.name());
    fields.put("seed", seed);
    fields.put("collectTrainingStats", timed);
    try {
      return mapper.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + fields, e);
    }
  }

  /**
   * Reads settings.
   *
   * @throws BadInputException if the text is no such document, or is another master's
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
    return new MasterSettings(
        Math.toIntExact(number(document, "frequency")),
        document.has(BATCH)
            ? OptionalInt.of(Math.toIntExact(number(document, BATCH)))
            : OptionalInt.empty(),
        choice(document, "reduction", Reduction.class),
        choice(document, "updaterState", OptimizerStateMode.class),
        number(document, "seed"),
        field(document, "collectTrainingStats").asBoolean());
  }

  private static long number(JsonNode document, String name) {
    JsonNode value = field(document, name);
    if (!value.isIntegralNumber()) {
      throw new BadInputException(
          "A training master's " + name + " must be a whole number, was " + value);
    }
    return value.asLong();
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
