package org.sscspark.spark.prune;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sscspark.report.Field;
import org.sscspark.report.FieldType;
import org.sscspark.report.Fields;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.spark.prune.PruneOutcome.Layer;

/** What is told of a layer, and of all of them together. */
final class LayerFields {
  private static final Fields<Line> ALL =
      Fields.of(
          Field.word("name", "layer", Line::name),
          Field.word("type", "type", Line::type),
          count("prunable", "weights", Line::prunable, Figures::count),
          count("kept", "kept", Line::kept, Figures::count),
          Field.number("density", "density", Line::density, Figures::percent),
          Field.number("effectiveDensity", "effective", Line::effectiveDensity, Figures::percent),
          count("deadFilters", "dead filters", Line::deadFilters, String::valueOf),
          count("macs", "MACs", Line::macs, macs -> Figures.large((double) macs)),
          Field.word("remark", "", Line::remark));

  private LayerFields() {}

  /** The row of a layer or of all; densities of all count against the dense network's weights. */
  private record Line(
      String name,
      String type,
      long prunable,
      long kept,
      double density,
      double effectiveDensity,
      long deadFilters,
      long macs,
      String remark) {
    static Line of(Layer layer) {
      return new Line(
          layer.name(),
          layer.type(),
          layer.prunable(),
          layer.kept(),
          layer.density(),
          layer.effectiveDensity(),
          layer.deadFilters(),
          layer.macs(),
          layer.collapsed() ? "collapsed" : "");
    }

    static Line total(PruneOutcome outcome) {
      List<Layer> layers = outcome.layers();
      return new Line(
          "total",
          "",
          layers.stream().mapToLong(Layer::prunable).sum(),
          layers.stream().mapToLong(Layer::kept).sum(),
          outcome.density(),
          outcome.effectiveDensity(),
          layers.stream().mapToLong(Layer::deadFilters).sum(),
          outcome.macs(),
          "");
    }
  }

  /** A row for each layer, and one for all. */
  static Table table(PruneOutcome outcome) {
    return ALL.table(outcome.layers().stream().map(Line::of).toList(), Line.total(outcome));
  }

  private static Field<Line, Long> count(
      String name, String title, Function<Line, Long> value, Function<Long, String> format) {
    return Field.formatted(name, title, FieldType.COUNT, value.andThen(Optional::of), format);
  }
}
