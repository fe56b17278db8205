package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sscspark.report.Axis;
import org.sscspark.report.LineChart;
import org.sscspark.report.LineChart.Point;
import org.sscspark.report.LineChart.Series;
import org.sscspark.report.LineChart.Style;

/** Charts of what training measured after each epoch. */
public final class LearningCurves {
  private final List<ReportedRun> runs;

  public LearningCurves(List<ReportedRun> runs) {
    this.runs = List.copyOf(runs);
  }

  /** The share of right answers by epoch. */
  public LineChart accuracy() {
    return chart("Accuracy by epoch", "accuracy", Axis.Format.PERCENT);
  }

  /** The mean loss by epoch. */
  public LineChart loss() {
    return chart("Loss by epoch", "loss", Axis.Format.NUMBER);
  }

  private LineChart chart(String title, String key, Axis.Format format) {
    List<Series> series = new ArrayList<>();
    for (int colour = 0; colour < runs.size(); colour++) {
      ReportedRun run = runs.get(colour);
      String scored = run.runName() + ", " + run.scoredOn().orElse("scored");
      List<Point> own = points(run, epoch -> epoch.path("evaluation").path(key));
      if (!own.isEmpty()) {
        series.add(new Series(scored, colour, Style.SOLID, own));
      }
      List<Point> average = points(run, epoch -> epoch.path("averageEvaluation").path(key));
      if (!average.isEmpty()) {
        series.add(new Series(scored + ", average", colour, Style.DASH_DOTTED, average));
      }
      List<Point> training = points(run, epoch -> epoch.path(key));
      series.add(new Series(run.runName() + ", training", colour, Style.DASHED, training));
    }
    return new LineChart(
        title, Axis.linear("epoch", Axis.Format.WHOLE), Axis.linear(key, format), series);
  }

  /** After each epoch of which there is a value. */
  private static List<Point> points(ReportedRun run, UnaryOperator<JsonNode> value) {
    return run.epochs().stream()
        .filter(epoch -> !value.apply(epoch).isMissingNode())
        .map(
            epoch ->
                new Point(epoch.path("epoch").asDouble(), value.apply(epoch).asDouble(Double.NaN)))
        .toList();
  }
}
