package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.sscspark.config.BadInputException;
import org.sscspark.pruning.Method;
import org.sscspark.spark.train.Experiment;

/**
 * Finds the densities at which a training step takes as long as SSC's at the density asked for. All
 * rows that are not settled and SSC are timed together, in turns, so that what slows the machine
 * slows all of them; each row is then given another density by what its times so far say, as if
 * they were a line between the two nearest. A density that a structure cannot have bounds the
 * search, as one that is too quick does.
 *
 * @param clock times steps
 * @param candidates the settings of a row's trials at a density
 */
record StepBudget(StepClock clock, Candidates candidates) {
  /** After so many measurements there is no use in going on. */
  static final int MOST_MEASUREMENTS = 10;

  /** A density is at least so many times the lowest before: below, a structure may not exist. */
  private static final double LARGEST_STEP = 0.25;

  /** Two densities nearer than this, as a ratio, have none between them. */
  private static final double NEAREST = 1.001;

  /** The settings of a row's trials at a density. */
  interface Candidates {
    Experiment at(CellKey row, double density);
  }

  /**
   * Solves for the densities of some rows.
   *
   * @throws BadInputException if SSC's network cannot be, if no density is found whose step takes
   *     as long, or if executors are of several kinds
   */
  TimedSteps solve(List<CellKey> rows) {
    List<Search> open = new ArrayList<>(rows.stream().map(Search::new).toList());
    List<Search> all = List.copyOf(open);
    Optional<TimedSteps> machine = Optional.empty();
    for (int measurement = 0; measurement < MOST_MEASUREMENTS && !open.isEmpty(); measurement++) {
      TimedSteps times = clock.time(subjects(open));
      Optional<String> difference = machine.flatMap(one -> one.otherMachine(times));
      if (difference.isPresent()) {
        throw new BadInputException(
            "compare.equal = step-seconds: %s; take executors of one kind"
                .formatted(difference.get()));
      }
      machine = Optional.of(times);
      open.forEach(search -> search.see(times));
      open.removeIf(Search::isSettled);
    }
    if (!open.isEmpty()) {
      throw open.get(0).refusal();
    }
    TimedSteps last = machine.orElseThrow();
    return new TimedSteps(
        last.processor(), last.engine(), List.of(), all.stream().map(Search::nearest).toList());
  }

  private List<StepClock.Subject> subjects(List<Search> open) {
    Set<CellKey> keys = new LinkedHashSet<>();
    List<StepClock.Subject> subjects = new ArrayList<>();
    for (Search search : open) {
      CellKey ssc = ssc(search.row);
      if (keys.add(ssc)) {
        subjects.add(new StepClock.Subject(ssc, candidates.at(ssc, ssc.density())));
      }
      subjects.add(
          new StepClock.Subject(
              search.row,
              candidates.at(search.row, search.density),
              refusal -> {
                search.pass(refusal);
                return candidates.at(search.row, search.density);
              }));
    }
    return subjects;
  }

  private static CellKey ssc(CellKey row) {
    return new CellKey(Method.SSC, row.density());
  }

  /** What is known of a row. */
  private static final class Search {
    private final CellKey row;
    private final List<SolvedStep> seen = new ArrayList<>();

    /** Why the first density that cannot be is none. */
    private Optional<BadInputException> refused = Optional.empty();

    private double density;
    private double low;
    // 1 itself may be tried.
    private double high = Math.nextUp(1.0);

    Search(CellKey row) {
      this.row = row;
      this.density = row.density();
    }

    void see(TimedSteps times) {
      SolvedStep now =
          new SolvedStep(
              density, times.find(row).orElseThrow(), times.find(ssc(row)).orElseThrow());
      double lowest = seen.stream().mapToDouble(SolvedStep::density).min().orElse(density);
      seen.add(now);
      if (now.isEqual()) {
        return;
      }
      if (now.excess() > 0) {
        high = Math.min(high, density);
      } else {
        low = Math.max(low, density);
      }
      if (low >= 1) {
        throw refusal();
      }
      double next = Math.max(Math.min(1, guess(now)), LARGEST_STEP * lowest);
      density = next > low && next < high ? next : (low + Math.min(high, 1)) / 2;
    }

    /** Goes on to another density, as this one cannot be: too little, unless less can be. */
    void pass(BadInputException why) {
      refused = refused.or(() -> Optional.of(why));
      if (seen.stream().anyMatch(one -> one.density() < density)) {
        high = density;
      } else {
        low = density;
      }
      if (Math.min(high, 1) < NEAREST * low) {
        throw seen.isEmpty() ? refused.orElseThrow() : refusal();
      }
      density = (low + Math.min(high, 1)) / 2;
    }

    /** Where the time would be equal if it grew along a line. */
    private double guess(SolvedStep now) {
      Optional<SolvedStep> other =
          seen.stream()
              .filter(one -> one.density() != now.density())
              .min(Comparator.comparingDouble(one -> Math.abs(one.excess())));
      if (other.isEmpty()) {
        return now.density() / (1 + now.excess());
      }
      double slope =
          (now.excess() - other.get().excess()) / (now.density() - other.get().density());
      return now.density() - now.excess() / slope;
    }

    boolean isSettled() {
      return nearest().isEqual();
    }

    /** Each has a tolerance of its own, so one that is equal may be further off than another. */
    SolvedStep nearest() {
      return seen.stream()
          .min(
              Comparator.comparing(SolvedStep::isEqual, Comparator.reverseOrder())
                  .thenComparingDouble(one -> Math.abs(one.excess())))
          .orElseThrow();
    }

    BadInputException refusal() {
      SolvedStep nearest = nearest();
      String found =
          String.format(
              Locale.ROOT,
              "compare.equal = step-seconds: no density of %s was found at which a step takes as long as that of %s, %.2f ms: the nearest is %s",
              row.label(),
              ssc(row).name(),
              1000 * nearest.ssc().seconds(),
              nearest.inWords());
      return refused
          .map(
              why ->
                  new BadInputException(
                      "%s; leave it out: %s".formatted(found, why.getMessage()), why))
          .orElseGet(
              () ->
                  new BadInputException(
                      found + "; leave it out, or let nothing else run meanwhile"));
    }
  }
}
