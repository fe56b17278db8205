package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sscspark.pruning.Method;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialResult;

/**
 * The methods at a density that can be ranked: those that choose before training, of which a trial
 * is done. What chooses later trains other weights too and stands beside them for reference; dense
 * is a rival where all train for the same time, which it may spend as it likes. All are judged by
 * the same seeds, as a seed can be a lucky one for all.
 *
 * @param density that was asked for
 * @param cells the best first, if a seed is done with all of them; equals in the plan's order
 * @param seeds that are done with all of them
 * @param missing what keeps other seeds from being so, in words
 */
record Rivals(double density, List<Cell> cells, Set<Long> seeds, List<String> missing) {
  Rivals {
    cells = List.copyOf(cells);
    missing = List.copyOf(missing);
  }

  static Rivals at(Comparison comparison, double density) {
    boolean equalTime = comparison.plan().settings().equal() == Equal.SECONDS;
    List<Cell> known =
        (equalTime ? comparison.beside(density) : comparison.at(density))
            .stream()
                .filter(cell -> cell.key().method().time() == Method.Time.BEFORE)
                .filter(cell -> cell.lastAccuracy().isKnown())
                .toList();
    Set<Long> seeds = new LinkedHashSet<>(comparison.plan().settings().seeds());
    known.forEach(cell -> seeds.retainAll(cell.doneSeeds()));
    List<String> missing = new ArrayList<>();
    known.forEach(cell -> missing(cell).ifPresent(missing::add));
    List<Cell> ranked =
        known.stream()
            .sorted(Comparator.comparingDouble(cell -> -cell.lastAccuracy(seeds).mean()))
            .toList();
    return new Rivals(density, ranked, seeds, missing);
  }

  /** Whether one of them is the best. */
  boolean isRanked() {
    return !cells.isEmpty() && !seeds.isEmpty();
  }

  /** Why nobody is the best of several, as a sentence; empty if somebody is. */
  Optional<String> unranked() {
    return cells.isEmpty() || isRanked()
        ? Optional.empty()
        : Optional.of(
            "At %s no method is called the best, as no seed is done with all: %s."
                .formatted(Words.asked(density), String.join("; ", missing)));
  }

  /** The seeds that a row lacks: {@code snip lacks seed 2 (failed)}. */
  private static Optional<String> missing(Cell cell) {
    String words =
        cell.trials().stream()
            .filter(trial -> !trial.isDone())
            .map(Rivals::missing)
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? Optional.empty() : Optional.of(cell.key().label() + " lacks " + words);
  }

  private static String missing(TrialResult trial) {
    return "seed %s (%s)"
        .formatted(
            trial.trial().experiment().seed(),
            trial.state() == TrialFolder.State.FAILED ? "failed" : "not done");
  }

  /** SSC by the recipe's settings, if it is one of them. */
  Optional<Cell> ssc() {
    return cells.stream().filter(cell -> cell.key().isSsc()).findFirst();
  }

  /** The best of all; several if they are equally good. */
  List<Cell> best() {
    return best(cells);
  }

  /** The best of those that are not SSC, by whatever settings. */
  List<Cell> bestOfTheOthers() {
    return best(cells.stream().filter(cell -> !cell.key().method().equals(Method.SSC)).toList());
  }

  private List<Cell> best(List<Cell> among) {
    return among.stream().filter(cell -> !isBetter(among.get(0), cell)).toList();
  }

  /** The place of one of them, from 1; equals share theirs. */
  int place(Cell cell) {
    return 1 + (int) cells.stream().filter(other -> isBetter(other, cell)).count();
  }

  private boolean isBetter(Cell one, Cell other) {
    return accuracy(one).mean() > accuracy(other).mean() + PairedDifference.ROUNDING;
  }

  /** Accuracy after the last epoch, over the seeds that all have. */
  Statistic accuracy(Cell cell) {
    return cell.lastAccuracy(seeds);
  }
}
