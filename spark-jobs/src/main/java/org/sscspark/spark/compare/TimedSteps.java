package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sscspark.pruning.Method;
import org.sscspark.spark.compare.ComparisonPlan.CellKey;

/**
 * How long steps took where a comparison was planned. Measured once: what trials are follows from
 * it, so whoever resumes them reads it and does not measure again.
 *
 * @param processor that computed
 * @param engine that computed, in words
 * @param rows of one measurement or of several on the same machine
 */
record TimedSteps(String processor, String engine, List<StepTime> rows) {
  TimedSteps {
    rows = List.copyOf(rows);
  }

  Optional<StepTime> find(CellKey key) {
    return rows.stream().filter(row -> row.key().equals(key)).findFirst();
  }

  /**
   * What keeps two of them from becoming one, in words: another machine, or the same step measured
   * twice.
   */
  Optional<String> difference(TimedSteps other) {
    if (!machine().equals(other.machine())) {
      return Optional.of(
          "steps were timed on %s and are now on %s".formatted(machine(), other.machine()));
    }
    return rows.stream()
        .filter(row -> other.find(row.key()).filter(second -> !second.equals(row)).isPresent())
        .map(
            row ->
                "a step of %s was timed as %s s and is now %s s"
                    .formatted(
                        row.key().name(),
                        row.seconds(),
                        other.find(row.key()).orElseThrow().seconds()))
        .findFirst();
  }

  /** What computed. */
  String machine() {
    return processor + ", engine " + engine;
  }

  /** With those of another measurement on the same machine as well. */
  TimedSteps plus(TimedSteps other) {
    return new TimedSteps(
        processor,
        engine,
        Stream.concat(rows.stream(), other.rows.stream().filter(row -> find(row.key()).isEmpty()))
            .collect(Collectors.toList()));
  }

  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("processor", processor).put("engine", engine);
    ArrayNode array = json.putArray("rows");
    for (StepTime row : rows) {
      array
          .addObject()
          .put("method", row.key().method().name())
          .put("density", row.key().density())
          .put("seconds", row.seconds())
          .put("lowerQuartile", row.low())
          .put("upperQuartile", row.high());
    }
    return json;
  }

  /** Reads {@link #json}. */
  static TimedSteps fromJson(JsonNode json) {
    List<StepTime> rows = new ArrayList<>();
    for (JsonNode row : json.path("rows")) {
      rows.add(
          new StepTime(
              new CellKey(new Method(row.path("method").asText()), row.path("density").asDouble()),
              row.path("seconds").asDouble(),
              row.path("lowerQuartile").asDouble(),
              row.path("upperQuartile").asDouble()));
    }
    return new TimedSteps(json.path("processor").asText(), json.path("engine").asText(), rows);
  }
}
