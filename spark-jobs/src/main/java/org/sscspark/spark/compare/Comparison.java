package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sscspark.pruning.Method;
import org.sscspark.report.Table;
import org.sscspark.spark.trial.FailedTrialsException;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialResult;

/**
 * What the trials of a plan have come to, now.
 *
 * @param cells the rows of the table, in the plan's order
 * @param notShown names of trials that the folder has and the plan has not: the latest start did
 *     not ask for them
 */
public record Comparison(ComparisonPlan plan, List<Cell> cells, List<String> notShown) {
  public Comparison {
    cells = List.copyOf(cells);
    notShown = List.copyOf(notShown);
  }

  /** A comparison of which all is shown. */
  Comparison(ComparisonPlan plan, List<Cell> cells) {
    this(plan, cells, List.of());
  }

  /** Where the result of a trial is read. */
  interface Results {
    TrialResult of(Trial trial) throws IOException;
  }

  /**
   * Reads the trials' folders.
   *
   * @param failures of the start that is told of, by trials' names
   */
  static Comparison of(ComparisonFolder folder, Map<String, String> failures) throws IOException {
    Comparison shown =
        of(
            folder.plan(),
            trial ->
                folder.result(trial).orFailed(Optional.ofNullable(failures.get(trial.name()))));
    return new Comparison(shown.plan, shown.cells, List.copyOf(folder.leftOut(shown)));
  }

  /** Reads the results of a plan's trials. */
  static Comparison of(ComparisonPlan plan, Results read) throws IOException {
    List<Cell> cells = new ArrayList<>();
    for (CellKey key : plan.cells()) {
      List<TrialResult> results = new ArrayList<>();
      for (Trial trial : plan.trials(key)) {
        results.add(read.of(trial));
      }
      cells.add(new Cell(key, results));
    }
    return new Comparison(plan, cells);
  }

  /** All trials, row by row. */
  List<TrialResult> trials() {
    return rows().stream().map(TrialRow::result).toList();
  }

  /** All trials with the rows that they belong to. */
  List<TrialRow> rows() {
    return cells.stream()
        .flatMap(cell -> cell.trials().stream().map(one -> new TrialRow(cell.key(), one)))
        .toList();
  }

  /** The row of a method at a density, if the plan has it. */
  Optional<Cell> find(Method method, double density) {
    return cells.stream()
        .filter(cell -> cell.key().equals(new CellKey(method, density)))
        .findFirst();
  }

  /** The rows of a density; dense is among them only if it has a row for each. */
  List<Cell> at(double density) {
    return cells.stream()
        .filter(cell -> cell.key().density() == density && !plan.isDenseOnce(cell.key()))
        .toList();
  }

  /** The row of dense beside all densities, if there is one. */
  Optional<Cell> denseOnce() {
    return cells.stream().filter(cell -> plan.isDenseOnce(cell.key())).findFirst();
  }

  /** The rows that stand beside each other at a density: dense first. */
  List<Cell> beside(double density) {
    return Stream.concat(denseOnce().stream(), at(density).stream()).toList();
  }

  /** Whether every trial is done. */
  public boolean isComplete() {
    return trials().stream().allMatch(TrialResult::isDone);
  }

  /**
   * Checks that all trials have a result.
   *
   * @throws FailedTrialsException if some failed
   */
  public void requireNoFailures() {
    List<TrialResult> failed =
        trials().stream().filter(trial -> trial.failure().isPresent() && !trial.isDone()).toList();
    if (!failed.isEmpty()) {
      TrialResult first = failed.get(0);
      throw new FailedTrialsException(
          "%s of %s trials failed and are tried again by the same command; %s: %s"
              .formatted(
                  failed.size(),
                  trials().size(),
                  first.trial().name(),
                  first.failure().orElseThrow()));
    }
  }

  /** The failures, one a line; empty if nothing failed. */
  public String failures() {
    StringBuilder text = new StringBuilder();
    for (TrialResult trial : trials()) {
      trial
          .failure()
          .filter(reason -> !trial.isDone())
          .ifPresent(
              reason ->
                  text.append("failed: ")
                      .append(trial.trial().name())
                      .append(": ")
                      .append(reason)
                      .append('\n'));
    }
    return text.toString();
  }

  /** The table for people, without columns in which all rows have the same: see {@link #shared}. */
  public Table table() {
    return CellFields.TABLE.without(CellFields.CIRCUMSTANCES.shared(cells)).table(cells);
  }

  /** What all rows have and the table leaves out, as a sentence; empty if that is nothing. */
  public String shared() {
    String words =
        cells.isEmpty() ? "" : CellFields.CIRCUMSTANCES.shared(cells).words(cells.get(0));
    return words.isEmpty() ? "" : "In every row: " + words + ".";
  }

  /** Rows whose seeds are no repetitions of each other, a sentence each. */
  List<String> mixed() {
    return cells.stream()
        .filter(cell -> !cell.differentSizes().isEmpty())
        .map(
            cell ->
                "%s at %s has different networks for its seeds (%s), though its settings are equal, as when another version of the program designed some of them. Their mean is that of no one network; remove the folders of the trials that are not to count, and the same command trains them again."
                    .formatted(
                        cell.key().label(),
                        Words.asked(cell.key().density()),
                        String.join("; ", cell.differentSizes())))
        .toList();
  }

  /** What the folder has besides, as a sentence. */
  Optional<String> unseen() {
    return notShown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Not shown: %s of this folder that the latest start did not ask for, such as %s; ask for them again to see them."
                .formatted(Words.counted(notShown.size(), "trial"), notShown.get(0)));
  }

  /** The table, what all its rows share, what failed, and what is not in it. */
  public String text() {
    return table().text()
        + (shared().isEmpty() ? "" : shared() + "\n")
        + failures()
        + mixed().stream().map(sentence -> sentence + "\n").collect(Collectors.joining())
        + unseen().map(sentence -> sentence + "\n").orElse("");
  }

  /** Everything as JSON; shares are in [0, 1]. Times are in sections of their own. */
  public ObjectNode json() {
    return ComparisonDocument.of(this);
  }
}
