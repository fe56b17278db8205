package org.sscspark.spark.prune;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sscspark.config.BuildVersion;
import org.sscspark.config.KebabCase;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.NetworkSummary;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.PruningReport;
import org.sscspark.pruning.PruningSettings.Transform;
import org.sscspark.report.BarChart;
import org.sscspark.report.Facts;
import org.sscspark.report.Figures;
import org.sscspark.report.HtmlReport;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.NetworkBlocks;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;

/**
 * What a method left of a network. Densities count against the dense network's prunable weights;
 * effective ones leave out weights on no path from the image to the logits.
 *
 * @param method how weights were chosen
 * @param model the network's name
 * @param seed of initial weights, random scores and scoring examples
 * @param trainingSet what images were drawn from, in words; null if the method saw none
 * @param requestedDensity the density asked for
 * @param parameters weights, biases, scales and shifts
 * @param macs multiply-adds of one image
 * @param denseMacs those of the dense network
 * @param paths what is left of the ways from the image to the logits
 * @param scoring what the method did, if it scored weights; else null
 */
public record PruneOutcome(
    String method,
    String model,
    long seed,
    String trainingSet,
    double requestedDensity,
    double density,
    double effectiveDensity,
    long parameters,
    long macs,
    long denseMacs,
    Paths paths,
    PruningReport scoring,
    List<Layer> layers) {
  public PruneOutcome {
    layers = List.copyOf(layers);
  }

  /**
   * What is left of the ways from the image to the logits.
   *
   * @param nodes filters of all layers
   * @param effectiveNodes filters on a path
   * @param log10 the decimal logarithm of the number of paths; null if there are none
   */
  public record Paths(int nodes, int effectiveNodes, Double log10) {
    static Paths of(NetworkSummary network) {
      double log10 = network.log10Paths();
      return new Paths(
          network.nodes(),
          network.effectiveNodes(),
          log10 == Double.NEGATIVE_INFINITY ? null : log10);
    }

    String text() {
      return "%s of %s filters on a path from the image to the logits; %s such paths"
          .formatted(
              Figures.count(effectiveNodes),
              Figures.count(nodes),
              NetworkBlocks.powerOfTen(log10 == null ? Double.NEGATIVE_INFINITY : log10));
    }
  }

  /**
   * What is left of a layer.
   *
   * @param prunable weights before any is dropped
   * @param effective kept weights on a path from the image to the logits
   * @param deadFilters filters on no such path
   */
  @JsonPropertyOrder({
    "name",
    "type",
    "prunable",
    "kept",
    "effective",
    "macs",
    "deadFilters",
    "density",
    "effectiveDensity",
    "collapsed"
  })
  public record Layer(
      String name,
      String type,
      long prunable,
      long kept,
      long effective,
      long macs,
      int deadFilters) {
    @JsonProperty
    public double density() {
      return (double) kept / prunable;
    }

    @JsonProperty
    public double effectiveDensity() {
      return (double) effective / prunable;
    }

    /** Whether nothing is left. */
    @JsonProperty
    public boolean collapsed() {
      return kept == 0;
    }
  }

  /**
   * Describes a design.
   *
   * @param trainingSet the training set, if there was one
   */
  public static PruneOutcome of(
      NetworkDesign design, DesignedNetwork designed, Optional<DatasetManifest> trainingSet) {
    NetworkSummary dense = NetworkSummary.of(designed.dense());
    NetworkSummary network = NetworkSummary.of(designed.network());
    return new PruneOutcome(
        design.method().name(),
        network.network(),
        design.seed(),
        trainingSet
            .filter(manifest -> design.method().needsData())
            .map(PruneOutcome::inWords)
            .orElse(null),
        design.density(),
        designed.density(),
        (double) network.effective() / dense.prunable(),
        network.parameters(),
        network.keptMacs(),
        dense.keptMacs(),
        Paths.of(network),
        designed.report().orElse(null),
        network.rows().stream()
            .map(
                row ->
                    new Layer(
                        row.name(),
                        row.type(),
                        row.prunable(),
                        row.kept(),
                        row.effective(),
                        row.keptMacs(),
                        row.deadFilters()))
            .toList());
  }

  private static String inWords(DatasetManifest manifest) {
    return String.format(
        Locale.ROOT,
        "%s, %,d images of %d classes, shard seed %d",
        manifest.name(),
        manifest.examples(),
        manifest.classes().size(),
        manifest.seed());
  }

  /** The names of layers of which nothing is left. */
  @JsonProperty
  public List<String> collapsedLayers() {
    return layers.stream().filter(Layer::collapsed).map(Layer::name).toList();
  }

  /** A row for each layer. */
  public Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (Layer layer : layers) {
      rows.add(
          List.of(
              layer.name(),
              layer.type(),
              Figures.count(layer.prunable()),
              Figures.count(layer.kept()),
              Figures.percent(layer.density()),
              Figures.percent(layer.effectiveDensity()),
              Integer.toString(layer.deadFilters()),
              Figures.large((double) layer.macs()),
              layer.collapsed() ? "collapsed" : ""));
    }
    return new Table(
        List.of(
            Column.text("layer"),
            Column.text("type"),
            Column.number("weights"),
            Column.number("kept"),
            Column.number("density"),
            Column.number("effective"),
            Column.number("dead filters"),
            Column.number("MACs"),
            Column.text("")),
        rows,
        List.of(
            "total",
            "",
            Figures.count(layers.stream().mapToLong(Layer::prunable).sum()),
            Figures.count(layers.stream().mapToLong(Layer::kept).sum()),
            Figures.percent(density),
            Figures.percent(effectiveDensity),
            Integer.toString(layers.stream().mapToInt(Layer::deadFilters).sum()),
            Figures.large((double) macs),
            ""));
  }

  /** The outcome as lines of text. */
  public String text() {
    StringBuilder text = new StringBuilder(table().text());
    text.append(
        "%s by %s: %s of the weights, %s of the MACs of the dense network%n"
            .formatted(
                model,
                method,
                Figures.percent(density),
                Figures.percent((double) macs / denseMacs)));
    text.append(paths.text() + "\n");
    if (scoring != null) {
      text.append(
          "%s budget, %s, on %s; seed %s%s%n"
              .formatted(
                  scoring.budget(),
                  scoring.schedule(),
                  scoring.data(),
                  seed,
                  isTransformed() ? "; transform " + scoring.transform() : ""));
    }
    if (trainingSet != null) {
      text.append("Images of " + trainingSet + "\n");
    }
    if (!collapsedLayers().isEmpty()) {
      text.append("Nothing is left of " + String.join(", ", collapsedLayers()) + "\n");
    }
    lackingClasses().ifPresent(lacking -> text.append(lacking + "\n"));
    return text.toString();
  }

  private Optional<String> lackingClasses() {
    return Optional.ofNullable(scoring).flatMap(PruningReport::lackingClasses);
  }

  private boolean isTransformed() {
    return scoring != null && !scoring.transform().equals(KebabCase.of(Transform.NONE));
  }

  /**
   * A page with the densities of layers as a picture.
   *
   * @param command what the user typed
   */
  public HtmlReport page(String command) {
    List<String> facts =
        new ArrayList<>(
            List.of(
                "command",
                command,
                "method",
                method,
                "weights",
                "%s of the dense network's, asked for %s"
                    .formatted(Figures.percent(density), Figures.percent(requestedDensity)),
                "effective",
                Figures.percent(effectiveDensity),
                "paths",
                paths.text(),
                "multiply-adds",
                Figures.large((double) macs) + " of " + Figures.large((double) denseMacs)));
    if (scoring != null) {
      facts.addAll(
          List.of(
              "budget", scoring.budget(), "schedule", scoring.schedule(), "on", scoring.data()));
    }
    if (trainingSet != null) {
      facts.addAll(List.of("images", trainingSet));
    }
    if (isTransformed()) {
      facts.addAll(List.of("transform", scoring.transform()));
    }
    facts.addAll(List.of("seed", Long.toString(seed)));
    if (!collapsedLayers().isEmpty()) {
      facts.addAll(List.of("collapsed", String.join(", ", collapsedLayers())));
    }
    lackingClasses().ifPresent(lacking -> facts.addAll(List.of("classes", lacking)));
    BarChart densities =
        new BarChart(
            "Density by layer",
            layers.stream()
                .map(
                    layer ->
                        new BarChart.Bar(
                            layer.name(), layer.density(), Figures.percent(layer.density())))
                .toList(),
            1);
    return new HtmlReport(
        model + " by " + method,
        "Which weights are kept before training",
        List.of(
            Section.of("", Facts.of(facts.toArray(String[]::new))),
            Section.of("Layers", densities, table())),
        "ssc-spark " + BuildVersion.current().version());
  }
}
