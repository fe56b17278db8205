package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.sscspark.report.Figures;
import org.sscspark.report.LineChart.Point;
import org.sscspark.report.LineChart.Series;
import org.sscspark.report.LineChart.Style;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.trial.TrialNetwork;

/** How methods share a density out over layers; means over seeds. */
record LayerDensities(List<Cell> cells) {

  /** A line for each method. */
  List<Series> series(ToIntFunction<String> colour) {
    List<Series> series = new ArrayList<>();
    for (Cell cell : cells) {
      List<Point> points = new ArrayList<>();
      List<String> names = names(cell);
      for (int layer = 0; layer < names.size(); layer++) {
        points.add(new Point(layer + 1, density(cell, names.get(layer)).orElse(Double.NaN)));
      }
      String label = cell.key().label();
      series.add(new Series(label, colour.applyAsInt(label), Style.SOLID, points));
    }
    return series;
  }

  /** A row for each layer that any of the networks has. */
  Table table() {
    Set<String> layers = new LinkedHashSet<>();
    cells.forEach(cell -> layers.addAll(names(cell)));
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("layer"));
    cells.forEach(cell -> columns.add(Column.number(cell.key().label())));
    List<List<String>> rows = new ArrayList<>();
    for (String layer : layers) {
      List<String> row = new ArrayList<>(List.of(layer));
      for (Cell cell : cells) {
        row.add(density(cell, layer).map(value -> Figures.fixed(100 * value, 1) + " %").orElse(""));
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** What to say of methods that have other layers than the dense network. */
  Optional<String> note() {
    String methods =
        cells.stream()
            .filter(LayerDensities::changesLayers)
            .map(cell -> cell.key().label())
            .collect(Collectors.joining(", "));
    return methods.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Layers of "
                + methods
                + " are not those of the dense network: their densities are of their own weights.");
  }

  private static boolean changesLayers(Cell cell) {
    TrialNetwork network = cell.designed().get(0).network().orElseThrow();
    long own = network.layers().stream().mapToLong(TrialNetwork.Layer::prunable).sum();
    return own != network.dense().prunable();
  }

  private static List<String> names(Cell cell) {
    return layers(cell, 0).stream().map(TrialNetwork.Layer::name).toList();
  }

  private static List<TrialNetwork.Layer> layers(Cell cell, int trial) {
    return cell.designed().get(trial).network().orElseThrow().layers();
  }

  private static Optional<Double> density(Cell cell, String layer) {
    double sum = 0;
    for (int trial = 0; trial < cell.designed().size(); trial++) {
      Optional<TrialNetwork.Layer> row =
          layers(cell, trial).stream().filter(one -> one.name().equals(layer)).findFirst();
      if (row.isEmpty()) {
        return Optional.empty();
      }
      sum += row.get().density();
    }
    return Optional.of(sum / cell.designed().size());
  }
}
