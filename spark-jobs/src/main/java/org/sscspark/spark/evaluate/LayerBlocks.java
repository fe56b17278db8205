package org.sscspark.spark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.BarChart;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;

/** A network's layers as a report shows them. */
final class LayerBlocks {
  private LayerBlocks() {}

  static BarChart densities(NetworkSummary network) {
    return new BarChart(
        "Density by layer",
        network.rows().stream()
            .map(row -> new BarChart.Bar(row.name(), row.density(), Figures.percent(row.density())))
            .toList(),
        1);
  }

  static Table table(NetworkSummary network) {
    List<List<String>> rows = new ArrayList<>();
    for (NetworkSummary.Row row : network.rows()) {
      rows.add(
          List.of(
              row.name(),
              row.type(),
              row.output().toString(),
              row.pattern(),
              Figures.count(row.kept()),
              Figures.count(row.prunable()),
              Figures.percent(row.density()),
              Figures.large((double) row.keptMacs()),
              layers(row.layersToFullMixing())));
    }
    return new Table(
        List.of(
            Column.text("layer"),
            Column.text("type"),
            Column.text("output"),
            Column.text("pattern"),
            Column.number("kept"),
            Column.number("weights"),
            Column.number("density"),
            Column.number("MACs"),
            Column.number("mixed after")),
        rows,
        List.of(
            "total",
            "",
            "",
            "",
            Figures.count(network.kept()),
            Figures.count(network.prunable()),
            Figures.percent(network.density()),
            Figures.large((double) network.keptMacs()),
            layers(network.layersToFullMixing())));
  }

  private static String layers(OptionalInt layers) {
    return layers.isEmpty() ? "-" : Integer.toString(layers.getAsInt());
  }
}
