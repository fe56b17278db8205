package org.sscspark.spark.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.sscspark.report.Figures;
import org.sscspark.spark.compare.Comparison;

/**
 * How a quick start ended.
 *
 * @param laps how long each step took, in order
 * @param report where the report is
 */
public record Quickstart(Comparison comparison, Map<String, Duration> laps, URI report) {
  public Quickstart {
    laps = new LinkedHashMap<>(laps);
  }

  /** The result as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("comparison", comparison.json());
    ObjectNode seconds = json.putObject("seconds");
    laps.forEach((step, time) -> seconds.put(step, time.toMillis() / 1000.0));
    json.put("report", report.toString());
    return json;
  }

  /** The result as text. */
  public String text() {
    String times =
        laps.entrySet().stream()
            .map(lap -> lap.getKey() + " " + Figures.time(lap.getValue()))
            .collect(Collectors.joining(", "));
    return "%s%s\nReport: %s".formatted(comparison.text(), times, report);
  }
}
