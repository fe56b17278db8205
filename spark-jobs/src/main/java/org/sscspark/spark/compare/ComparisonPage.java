package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;
import org.sscspark.report.Table;
import org.sscspark.report.Table.Column;
import org.sscspark.spark.trial.TrialResult;

/**
 * What a comparison has come to as a part of a page in Markdown: a table for each density, the best
 * of the other methods beside SSC, and what the intervals allow to say. Nothing in it depends on
 * how fast the machine was when the trials ran; where epochs or densities follow from times of
 * steps, these are told as the plan has them.
 */
record ComparisonPage(Comparison comparison) {
  private static final String INTERVAL = "95 % interval";

  /** The part of the page; every line ends with a line feed. */
  String markdown() {
    List<String> parts = new ArrayList<>();
    parts.add(caption());
    for (double density : comparison.plan().settings().densities()) {
      List<Cell> cells = known(density);
      if (!cells.isEmpty()) {
        parts.add(heading(density));
        parts.add(table(density, cells).markdown());
      }
    }
    AgainstSsc.of(comparison).sentences().forEach(sentence -> parts.add(sentence + "\n"));
    new Ranking(comparison).unranked().forEach(sentence -> parts.add(sentence + "\n"));
    bests().ifPresent(parts::add);
    EqualTime.of(comparison.plan()).ifPresent(times -> parts.add(times.table().markdown()));
    EqualStep.of(comparison.plan()).ifPresent(steps -> parts.add(steps.table().markdown()));
    comparison.mixed().forEach(sentence -> parts.add(sentence + "\n"));
    notDone().ifPresent(parts::add);
    return String.join("\n", parts);
  }

  private String caption() {
    ComparisonPlan plan = comparison.plan();
    return "%s, %s training images, %s, minibatches of %s; %s; accuracy is that of the last epoch, mean \u00b1 sample standard deviation.\n"
        .formatted(
            plan.base().model().name(),
            Figures.count(plan.training().examples()),
            plan.timeBudget().isPresent()
                ? "as many epochs as fit"
                : Words.counted(plan.base().train().epochs(), "epoch"),
            plan.base().train().batch(),
            Words.tested(plan));
  }

  /** What is equal in the table that follows. */
  private String heading(double density) {
    String asked = Words.asked(density);
    return switch (comparison.plan().settings().equal()) {
      case PARAMETERS -> "**Equal weights: %s of the dense network's.**\n".formatted(asked);
      case MACS -> "**Equal multiply-adds: those of ssc at %s.**\n".formatted(asked);
      case STEP_SECONDS ->
          "**Equal seconds of a step, and so of training: those of ssc at %s.**\n".formatted(asked);
      case SECONDS ->
          "**Equal seconds of training: %s.**\n"
              .formatted(
                  comparison
                      .plan()
                      .settings()
                      .seconds()
                      .map(seconds -> Figures.fixed(seconds, 1))
                      .orElse("those of ssc at " + asked));
    };
  }

  /** The rows of a density of which a trial is done. */
  private List<Cell> known(double density) {
    return comparison.beside(density).stream()
        .filter(cell -> cell.lastAccuracy().isKnown())
        .toList();
  }

  private Table table(double density, List<Cell> cells) {
    Optional<Cell> ssc = comparison.find(Method.SSC, density);
    boolean atInitialisation =
        cells.stream().allMatch(cell -> cell.key().method().time() == Method.Time.BEFORE);
    Table all =
        (atInitialisation ? CellFields.PAGE.without(CellFields.TIME_OF_CHOICE) : CellFields.PAGE)
            .table(cells);
    List<Column> columns = new ArrayList<>(all.columns());
    columns.add(Column.number("points against ssc"));
    columns.add(Column.number(INTERVAL));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      Optional<PairedDifference> difference =
          ssc.filter(one -> !one.equals(cell)).map(cell::against);
      List<String> row = new ArrayList<>(all.rows().get(i));
      row.add(difference.map(Words::mean).orElse(""));
      row.add(difference.map(Words::interval).orElse(""));
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /**
   * Of each density the best of the other methods that choose before training, which is chosen by
   * what it is praised for; a row for each of several that are equally good.
   */
  private Optional<String> bests() {
    List<List<String>> rows = new ArrayList<>();
    StringBuilder leftOut = new StringBuilder();
    for (double density : comparison.plan().settings().densities()) {
      Rivals rivals = Rivals.at(comparison, density);
      List<Cell> bests = rivals.bestOfTheOthers();
      if (rivals.isRanked() && rivals.ssc().isPresent() && !bests.isEmpty()) {
        bests.forEach(best -> rows.add(row(rivals, best, rivals.ssc().get())));
        if (!rivals.missing().isEmpty()) {
          leftOut.append(
              " At %s it is chosen by the seeds that all have: %s."
                  .formatted(Words.asked(density), String.join("; ", rivals.missing())));
        }
      }
    }
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<Column> columns =
        List.of(
            Column.number("at"),
            Column.text("best of the others"),
            Column.number("its accuracy"),
            Column.number("ssc"),
            Column.number("ssc minus it, points"),
            Column.number(INTERVAL),
            Column.number("seeds"));
    return Optional.of(
        "The best of the others is chosen by these same accuracies, which favours it."
            + leftOut
            + "\n\n"
            + new Table(columns, rows).markdown());
  }

  private static List<String> row(Rivals rivals, Cell best, Cell ssc) {
    PairedDifference difference = ssc.against(best, rivals.seeds());
    return List.of(
        Words.asked(rivals.density()),
        best.key().label(),
        Words.accuracy(rivals.accuracy(best)),
        Words.accuracy(rivals.accuracy(ssc)),
        Words.mean(difference),
        Words.interval(difference),
        Figures.count(difference.pairs()));
  }

  private Optional<String> notDone() {
    List<TrialResult> left = comparison.trials().stream().filter(trial -> !trial.isDone()).toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Not done: %s of %s trials (%s).\n"
                .formatted(
                    left.size(),
                    comparison.trials().size(),
                    left.stream()
                        .map(one -> one.trial().alias() + state(one))
                        .collect(Collectors.joining(", "))));
  }

  private static String state(TrialResult trial) {
    return switch (trial.state()) {
      case FAILED -> ", which failed";
      case UNFINISHED -> ", after %s".formatted(Words.counted(trial.epochs().size(), "epoch"));
      case WAITING, DONE -> "";
    };
  }
}
