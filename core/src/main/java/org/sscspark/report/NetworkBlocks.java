package org.sscspark.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.sscspark.network.NetworkSummary;
import org.sscspark.report.Table.Column;

/** A network's layers as people read them. */
public final class NetworkBlocks {
  private NetworkBlocks() {}

  /** The density of each layer. */
  public static BarChart densities(NetworkSummary network) {
    return new BarChart(
        "Density by layer",
        network.rows().stream()
            .map(row -> new BarChart.Bar(row.name(), row.density(), Figures.percent(row.density())))
            .toList(),
        1);
  }

  /** The counts of each layer, and their totals. */
  public static Table layers(NetworkSummary network) {
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
        network.rows().stream()
            .map(
                row ->
                    List.of(
                        row.name(),
                        row.type(),
                        row.output().toString(),
                        row.pattern(),
                        Figures.count(row.kept()),
                        Figures.count(row.prunable()),
                        Figures.percent(row.density()),
                        Figures.count(row.keptMacs()),
                        layers(row.layersToFullMixing())))
            .toList(),
        List.of(
            "total",
            "",
            "",
            "",
            Figures.count(network.kept()),
            Figures.count(network.prunable()),
            Figures.percent(network.density()),
            Figures.count(network.keptMacs()),
            layers(network.layersToFullMixing())));
  }

  /** The layers as an aligned table with a paragraph of totals, for terminals. */
  public static String text(NetworkSummary network) {
    return layers(network).text()
        + String.format(
            Locale.ROOT,
            "%s, input %s: %s parameters; %s of %s dense MACs (%s); effective density %s;"
                + " %d dead filters, %d unread channels; %s of the trunk's channels mixed; %s paths\n",
            network.network(),
            network.input(),
            Figures.count(network.parameters()),
            Figures.count(network.keptMacs()),
            Figures.count(network.denseMacs()),
            Figures.percent(network.macDensity()),
            Figures.percent(network.effectiveDensity()),
            network.deadFilters(),
            network.unreadChannels(),
            Figures.percent(network.trunkMixing()),
            powerOfTen(network.log10Paths()));
  }

  /** A number that may be too large for any other form, such as {@code 10^12.3}; or {@code no}. */
  public static String powerOfTen(double log10) {
    return log10 == Double.NEGATIVE_INFINITY ? "no" : String.format(Locale.ROOT, "10^%.1f", log10);
  }

  private static String layers(OptionalInt layers) {
    return layers.isEmpty() ? "never" : Integer.toString(layers.getAsInt());
  }
}
