package org.sscspark.spark.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sscspark.config.BuildVersion;
import org.sscspark.config.KebabCase;
import org.sscspark.pruning.PruningReport;
import org.sscspark.pruning.PruningSettings.Transform;
import org.sscspark.report.BarChart;
import org.sscspark.report.Facts;
import org.sscspark.report.Facts.Fact;
import org.sscspark.report.Figures;
import org.sscspark.report.HtmlReport;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.NetworkBlocks;

/** What a method left of a network, for people. */
public record PruneReport(PruneOutcome outcome) {
  /** As lines of text. */
  public String text() {
    StringBuilder text = new StringBuilder(LayerFields.table(outcome).text());
    text.append(
        "%s by %s: %s of the weights, %s of the MACs of the dense network%n"
            .formatted(
                outcome.model(),
                outcome.method(),
                Figures.percent(outcome.density()),
                Figures.percent((double) outcome.macs() / outcome.denseMacs())));
    text.append(paths() + "\n");
    scoring()
        .ifPresent(
            scoring ->
                text.append(
                    "%s budget, %s, on %s; seed %s%s%n"
                        .formatted(
                            scoring.budget(),
                            scoring.schedule(),
                            scoring.data(),
                            outcome.seed(),
                            transform().map(name -> "; transform " + name).orElse(""))));
    images().ifPresent(images -> text.append("Images of " + images + "\n"));
    collapsed().ifPresent(layers -> text.append("Nothing is left of " + layers + "\n"));
    lackingClasses().ifPresent(lacking -> text.append(lacking + "\n"));
    return text.toString();
  }

  /**
   * A page with the densities of layers as a picture.
   *
   * @param command what the user typed
   */
  public HtmlReport page(String command) {
    BarChart densities =
        new BarChart(
            "Density by layer",
            outcome.layers().stream()
                .map(
                    layer ->
                        new BarChart.Bar(
                            layer.name(), layer.density(), Figures.percent(layer.density())))
                .toList(),
            1);
    return new HtmlReport(
        outcome.model() + " by " + outcome.method(),
        "Which weights are kept before training",
        List.of(
            Section.of("", new Facts(facts(command))),
            Section.of("Layers", densities, LayerFields.table(outcome))),
        "ssc-spark " + BuildVersion.current().version());
  }

  private List<Fact> facts(String command) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("command", command));
    facts.add(new Fact("method", outcome.method()));
    facts.add(
        new Fact(
            "weights",
            "%s of the dense network's, asked for %s"
                .formatted(
                    Figures.percent(outcome.density()),
                    Figures.percent(outcome.requestedDensity()))));
    facts.add(new Fact("effective", Figures.percent(outcome.effectiveDensity())));
    facts.add(new Fact("paths", paths()));
    facts.add(
        new Fact(
            "multiply-adds",
            Figures.large((double) outcome.macs())
                + " of "
                + Figures.large((double) outcome.denseMacs())));
    scoring()
        .ifPresent(
            scoring -> {
              facts.add(new Fact("budget", scoring.budget()));
              facts.add(new Fact("schedule", scoring.schedule()));
              facts.add(new Fact("on", scoring.data()));
            });
    images().ifPresent(images -> facts.add(new Fact("images", images)));
    transform().ifPresent(name -> facts.add(new Fact("transform", name)));
    facts.add(new Fact("seed", Long.toString(outcome.seed())));
    collapsed().ifPresent(layers -> facts.add(new Fact("collapsed", layers)));
    lackingClasses().ifPresent(lacking -> facts.add(new Fact("classes", lacking)));
    return facts;
  }

  private String paths() {
    PruneOutcome.Paths paths = outcome.paths();
    return "%s of %s filters on a path from the image to the logits; %s such paths"
        .formatted(
            Figures.count(paths.effectiveNodes()),
            Figures.count(paths.nodes()),
            NetworkBlocks.powerOfTen(
                Optional.ofNullable(paths.log10()).orElse(Double.NEGATIVE_INFINITY)));
  }

  private Optional<PruningReport> scoring() {
    return Optional.ofNullable(outcome.scoring());
  }

  private Optional<String> images() {
    return Optional.ofNullable(outcome.trainingSet());
  }

  private Optional<String> transform() {
    return scoring()
        .map(PruningReport::transform)
        .filter(name -> !name.equals(KebabCase.of(Transform.NONE)));
  }

  private Optional<String> collapsed() {
    return Optional.of(String.join(", ", outcome.collapsedLayers()))
        .filter(layers -> !layers.isEmpty());
  }

  private Optional<String> lackingClasses() {
    return scoring().flatMap(PruningReport::lackingClasses);
  }
}
