package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.sscspark.pruning.Method;
import org.sscspark.report.Axis;
import org.sscspark.report.Block;
import org.sscspark.report.Chart;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.LineChart;
import org.sscspark.report.LineChart.Point;
import org.sscspark.report.LineChart.Series;
import org.sscspark.report.LineChart.Style;
import org.sscspark.report.Prose;
import org.sscspark.report.Row;
import org.sscspark.spark.trial.TrialResult;

/** A comparison in pictures: accuracy against cost, by epoch, and density by layer. */
record ComparisonCharts(Comparison comparison) {
  /** The theme's grey: dense is what the others are measured against. */
  private static final int DENSE_COLOUR = 7;

  /** Accuracy against what a network costs. */
  Section costs() {
    return Section.of(
        "Accuracy and cost",
        Row.of(againstParameters(), againstMacs()),
        Row.of(
            againstTraining(),
            against(
                "Accuracy against training time", "seconds of all epochs", Cell::trainingSeconds)),
        against("Accuracy against checkpoint size", "bytes of a checkpoint", Cell::checkpointBytes),
        new Prose(
            "Last epoch, mean over seeds (%s); whiskers are one standard deviation. The dashed line"
                    .formatted(Words.tested(comparison.plan()))
                + " is the front: no other network is at once cheaper and better."));
  }

  private Chart againstParameters() {
    return against("Accuracy against parameters", "parameters", Cell::parameters);
  }

  private Chart againstMacs() {
    return against("Accuracy against multiply-adds", "multiply-adds an image", Cell::macs);
  }

  private Chart againstTraining() {
    return against("Accuracy against training", "multiply-adds of all epochs", Cell::trainingMacs);
  }

  /** Those that stand beside tables on a page, by their files' names: none of seconds. */
  SortedMap<String, Chart> files() {
    SortedMap<String, Chart> files = new TreeMap<>();
    files.put("accuracy-parameters.svg", againstParameters());
    files.put("accuracy-macs.svg", againstMacs());
    files.put("accuracy-training-macs.svg", againstTraining());
    for (double density : comparison.plan().settings().densities()) {
      files.put("curves-" + density + ".svg", curves(density));
    }
    return files;
  }

  private Chart against(String title, String axis, Function<Cell, Statistic> cost) {
    List<Series> series = new ArrayList<>();
    List<Point> all = new ArrayList<>();
    for (String label : comparison.plan().labels()) {
      List<Point> points =
          comparison.cells().stream()
              .filter(cell -> cell.key().label().equals(label))
              .filter(cell -> cell.lastAccuracy().isKnown() && cost.apply(cell).isKnown())
              .map(
                  cell ->
                      new Point(
                          cost.apply(cell).mean(),
                          cell.lastAccuracy().mean(),
                          cell.lastAccuracy().std()))
              .sorted(Comparator.comparingDouble(Point::x))
              .toList();
      if (!points.isEmpty()) {
        Style style = points.size() == 1 ? Style.POINTS : Style.SOLID;
        series.add(new Series(label, colour(label), style, points));
        all.addAll(points);
      }
    }
    // What costs nothing, as nothing is left of it, has no place on the axis.
    List<Point> placed = all.stream().filter(point -> point.x() > 0).toList();
    List<Point> front =
        ParetoFront.of(placed).stream().map(point -> new Point(point.x(), point.y())).toList();
    if (front.size() > 1) {
      series.add(new Series("front", DENSE_COLOUR, Style.DASHED, front));
    }
    return new LineChart(
        title,
        Axis.logarithmic(axis, Axis.Format.LARGE),
        Axis.linear("accuracy", Axis.Format.PERCENT),
        series);
  }

  /** A method has one colour on the whole page. */
  private int colour(String label) {
    if (label.equals(Method.DENSE.name())) {
      return DENSE_COLOUR;
    }
    List<String> others =
        comparison.plan().labels().stream()
            .filter(other -> !other.equals(Method.DENSE.name()))
            .toList();
    int round = others.indexOf(label) / (LineChart.COLOURS - 1);
    int place = others.indexOf(label) % (LineChart.COLOURS - 1);
    return round * LineChart.COLOURS + (place < DENSE_COLOUR ? place : place + 1);
  }

  /** Accuracy by epoch. */
  Section curves() {
    List<Block> charts = new ArrayList<>();
    comparison.plan().settings().densities().forEach(density -> charts.add(curves(density)));
    return Section.of(
        "Learning curves",
        new Row(charts),
        new Prose(
            "Mean over the seeds that have reached the epoch; %s."
                .formatted(Words.tested(comparison.plan()))));
  }

  private Chart curves(double density) {
    return new LineChart(
        "Test accuracy by epoch, density " + Words.asked(density),
        Axis.linear("epoch", Axis.Format.WHOLE),
        Axis.linear("accuracy", Axis.Format.PERCENT),
        comparison.beside(density).stream()
            .map(this::curve)
            .filter(one -> !one.points().isEmpty())
            .toList());
  }

  private Series curve(Cell cell) {
    Map<Integer, List<Double>> byEpoch = new TreeMap<>();
    for (TrialResult trial : cell.trials()) {
      for (JsonNode epoch : trial.epochs()) {
        if (epoch.has("evaluation")) {
          byEpoch
              .computeIfAbsent(epoch.path("epoch").asInt(), unused -> new ArrayList<>())
              .add(epoch.path("evaluation").path("accuracy").asDouble());
        }
      }
    }
    List<Point> points =
        byEpoch.entrySet().stream()
            .map(
                one ->
                    new Point(
                        one.getKey(),
                        one.getValue().stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(0)))
            .toList();
    String label = cell.key().label();
    return new Series(
        label, colour(label), cell.key().isDense() ? Style.DASHED : Style.SOLID, points);
  }

  /** How methods share each density out. */
  List<Section> layers() {
    List<Section> sections = new ArrayList<>();
    for (double density : comparison.plan().settings().densities()) {
      List<Cell> designed =
          comparison.at(density).stream()
              .filter(cell -> !cell.key().isDense())
              .filter(cell -> !cell.designed().isEmpty())
              .toList();
      if (designed.isEmpty()) {
        continue;
      }
      LayerDensities layers = new LayerDensities(designed);
      List<Block> blocks = new ArrayList<>();
      layers.note().map(Prose::new).ifPresent(blocks::add);
      blocks.add(
          new LineChart(
              "Density by layer, from the input to the answer",
              Axis.linear("layer", Axis.Format.WHOLE),
              Axis.linear("density", Axis.Format.PERCENT),
              layers.series(this::colour)));
      blocks.add(layers.table());
      sections.add(new Section("Layers at density " + Words.asked(density), blocks));
    }
    return sections;
  }
}
