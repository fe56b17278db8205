package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
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
      List<Point> test = new ArrayList<>();
      List<Point> training = new ArrayList<>();
      for (JsonNode epoch : run.epochs()) {
        double x = epoch.path("epoch").asDouble();
        training.add(new Point(x, epoch.path(key).asDouble(Double.NaN)));
        if (epoch.has("evaluation")) {
          test.add(new Point(x, epoch.path("evaluation").path(key).asDouble(Double.NaN)));
        }
      }
      if (!test.isEmpty()) {
        series.add(new Series(run.name() + ", test", colour, Style.SOLID, test));
      }
      series.add(new Series(run.name() + ", training", colour, Style.DASHED, training));
    }
    return new LineChart(
        title, Axis.linear("epoch", Axis.Format.WHOLE), Axis.linear(key, format), series);
  }
}
