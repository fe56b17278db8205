package org.sscspark.spark.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sscspark.report.Figures;
import org.sscspark.spark.evaluate.ReportedRun;

/**
 * How a quick start ended.
 *
 * @param laps how long each step took, in order
 */
public record Quickstart(
    List<ReportedRun> runs, Map<String, Duration> laps, QuickstartFolder folder) {
  public Quickstart {
    runs = List.copyOf(runs);
    laps = new LinkedHashMap<>(laps);
  }

  /** The result as JSON. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (ReportedRun run : runs) {
      json.withArray("runs").add(run.model().json().put("trainSeconds", run.trainSeconds()));
    }
    ObjectNode seconds = json.putObject("seconds");
    laps.forEach((step, time) -> seconds.put(step, time.toMillis() / 1000.0));
    json.put("report", folder.report().toString());
    return json;
  }

  /** The result as text. */
  public String text() {
    return "%s\n%s\nReport: %s".formatted(ReportedRun.table(runs).text(), times(), folder.report());
  }

  /** Where the time went, in words. */
  String times() {
    return laps.entrySet().stream()
        .map(lap -> lap.getKey() + " " + Figures.time(lap.getValue()))
        .collect(Collectors.joining(", "));
  }
}
