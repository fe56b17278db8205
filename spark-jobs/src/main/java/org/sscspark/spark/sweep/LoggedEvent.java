package org.sscspark.spark.sweep;

import static org.sscspark.spark.trial.JsonParts.needed;
import static org.sscspark.spark.trial.JsonParts.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.sscspark.search.Event;
import org.sscspark.search.Job;
import org.sscspark.search.Point;
import org.sscspark.training.MetricsJson;

/**
 * An event of the search and when it was.
 *
 * @param seconds that the sweep had run until then, over all its starts
 */
record LoggedEvent(Event event, double seconds) {
  String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (event instanceof Job job) {
      json.put("event", "job");
      job.point().values().forEach(json.putObject("values")::put);
    } else if (event instanceof Event.Result result) {
      json.put("event", "result").put("score", result.score());
    } else if (event instanceof Event.Failure failure) {
      json.put("event", "failure").put("reason", failure.reason());
    }
    return json.put("trial", event.trial())
            .put("epochs", event.epochs())
            .put("seconds", seconds)
            .toString()
        + "\n";
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws IllegalArgumentException if it is something else, or lacks a part
   */
  static LoggedEvent fromJson(String text) {
    JsonNode json = MetricsJson.read(text);
    int trial = (int) number(json, "trial");
    int epochs = (int) number(json, "epochs");
    Event event =
        switch (needed(json, "event").asText()) {
          case "job" -> new Job(trial, point(needed(json, "values")), epochs);
          case "result" -> new Event.Result(trial, epochs, number(json, "score"));
          case "failure" -> new Event.Failure(trial, epochs, needed(json, "reason").asText());
          default -> throw new IllegalArgumentException("Not an event of a sweep: " + text);
        };
    return new LoggedEvent(event, number(json, "seconds"));
  }

  private static Point point(JsonNode values) {
    Map<String, String> point = new TreeMap<>();
    values.fields().forEachRemaining(value -> point.put(value.getKey(), value.getValue().asText()));
    return Point.of(point);
  }
}
