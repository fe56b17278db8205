package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.config.BuildVersion;
import org.sscspark.pruning.Method;
import org.sscspark.report.Block;
import org.sscspark.report.Figures;
import org.sscspark.report.Headlines;
import org.sscspark.report.HtmlReport;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.Prose;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.TrialResult;

/** The page that tells what a comparison has come to. */
record ComparisonReport(Comparison comparison) {
  HtmlReport page() {
    ComparisonPlan plan = comparison.plan();
    ComparisonCharts charts = new ComparisonCharts(comparison);
    List<Section> sections = new ArrayList<>();
    sections.add(Section.of("", new Headlines(new Ranking(comparison).headlines())));
    sections.add(results());
    sections.addAll(againstSsc());
    EqualTime.of(plan).map(EqualTime::section).ifPresent(sections::add);
    EqualStep.of(plan).map(EqualStep::section).ifPresent(sections::add);
    sections.add(charts.costs());
    sections.add(charts.curves());
    sections.addAll(charts.layers());
    sections.add(new PublishedSection(comparison).section());
    sections.add(new HeldEqual(comparison).section());
    sections.add(Section.of("Trials", TrialFields.TABLE.table(comparison.rows())));
    return new HtmlReport(
        "Comparison: " + plan.base().model().name() + " on " + plan.training().name(),
        "%s trained on %s images for %s, tested on %s"
            .formatted(
                Words.counted(comparison.trials().size(), "network"),
                Figures.count(plan.training().examples()),
                plan.timeBudget().isPresent()
                    ? "as many epochs as fit into equal time"
                    : Words.counted(plan.base().train().epochs(), "epoch"),
                Figures.count(plan.test().examples())),
        sections,
        "ssc-spark " + BuildVersion.current().version());
  }

  private Section results() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(comparison.table());
    if (!comparison.shared().isEmpty()) {
      blocks.add(new Prose(comparison.shared()));
    }
    long done = comparison.trials().stream().filter(TrialResult::isDone).count();
    if (!comparison.isComplete()) {
      blocks.add(
          new Prose(
              "%s of %s are done; accuracies and times are those of the trials that are."
                  .formatted(done, Words.counted(comparison.trials().size(), "trial"))));
    }
    new Ranking(comparison).unranked().forEach(sentence -> blocks.add(new Prose(sentence)));
    comparison.mixed().forEach(sentence -> blocks.add(new Prose(sentence)));
    comparison.unseen().map(Prose::new).ifPresent(blocks::add);
    blocks.add(
        new Prose(
            "Accuracy is the share of right answers on the test set ("
                + Figures.count(comparison.plan().test().examples())
                + " images), as mean \u00b1 sample standard deviation over seeds. The last epoch is"
                + " the one to compare. The best epoch is chosen by looking at the test set, so it"
                + " flatters everybody; much of the literature reports it. Density is kept weights"
                + " over the dense network's, effective density counts only those on a path from"
                + " the input to the answer; nodes are filters on such a path, paths go through one"
                + " kept weight of each layer on their way; MACs are multiply-adds of one image;"
                + " training MACs those of all epochs, three times those of each image, for"
                + " gradients cost twice the forward pass. Seconds are those of training one epoch,"
                + " on average over all epochs, without evaluation. What scores cost is not in"
                + " them. A layer has collapsed if nothing is left of it."));
    denseFirst().ifPresent(methods -> blocks.add(new Prose(methods)));
    moving().ifPresent(methods -> blocks.add(new Prose(methods)));
    for (Cell cell : comparison.cells()) {
      if (!cell.collapsedLayers().isEmpty()) {
        blocks.add(
            new Prose(
                "%s at %s left nothing of %s."
                    .formatted(
                        cell.key().label(),
                        Words.asked(cell.key().density()),
                        String.join(", ", cell.collapsedLayers()))));
      }
    }
    return new Section("Results", blocks);
  }

  /** What methods that prune trained weights cost, in words. */
  private Optional<String> denseFirst() {
    List<Experiment> experiments =
        comparison.cells().stream()
            .map(cell -> cell.trials().get(0).trial().experiment())
            .filter(experiment -> experiment.denseEpochs() > 0)
            .toList();
    if (experiments.isEmpty()) {
      return Optional.empty();
    }
    String methods =
        experiments.stream()
            .map(experiment -> experiment.method().name())
            .distinct()
            .collect(Collectors.joining(", "));
    return Optional.of(
        "Before it prunes, %s trains all weights, for %s."
                .formatted(methods, denseEpochs(experiments))
            + " Its training MACs and seconds count both phases, the dense one at the dense"
            + " network's cost; its best epoch is one after pruning.");
  }

  /** What methods whose supports move are, in words. */
  private Optional<String> moving() {
    List<String> names =
        comparison.plan().settings().methods().stream()
            .filter(method -> method.time() == Method.Time.THROUGHOUT)
            .map(Method::name)
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join(", ", names)
                + " did not choose at initialisation: weights moved while they were trained. Layers"
                + " keep their numbers of weights meanwhile, so MACs are those of every step;"
                + " effective density, nodes and paths are those of the last support. Training MACs"
                + " count gradients of all weights, by which rigl moves, at the dense network's"
                + " cost; seconds an epoch do not.");
  }

  private String denseEpochs(List<Experiment> experiments) {
    if (comparison.plan().timeBudget().isPresent()) {
      return experiments.stream()
              .map(one -> one.denseEpochs() + " of " + one.train().epochs())
              .distinct()
              .collect(Collectors.joining(", "))
          + " epochs";
    }
    Experiment first = experiments.get(0);
    return "%s of the %s epochs that every method has"
        .formatted(first.denseEpochs(), first.train().epochs());
  }

  private List<Section> againstSsc() {
    AgainstSsc against = AgainstSsc.of(comparison);
    if (against.lines().isEmpty()) {
      return List.of();
    }
    List<Block> blocks = new ArrayList<>();
    against.sentences().forEach(sentence -> blocks.add(new Prose(sentence)));
    blocks.add(against.table());
    blocks.add(
        new Prose(
            "Last epoch, %s, differences seed by seed: a seed's trials share the order of images,"
                    .formatted(Words.tested(comparison.plan()))
                + " their augmentation and the numbers that weights draw. The interval is Student's"
                + " for the mean over seeds, 95 %. It does not cover the choice of test images, and"
                + " of twenty such intervals one misses by chance."));
    return List.of(new Section("Against SSC", blocks));
  }
}
