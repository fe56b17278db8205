package org.sscspark.search;

import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.sscspark.config.BadInputException;

/**
 * A search, as asked for.
 *
 * @param epochs of a whole trial, unless the space has train.epochs
 * @param seed from which every draw follows
 */
public record Search(
    Space space,
    SearchObjective objective,
    Strategy strategy,
    Budget budget,
    int epochs,
    long seed) {
  /** The key whose value is the epochs of a trial, where the space has it. */
  static final String EPOCHS = "train.epochs";

  /**
   * Checks that the strategy can go through the space.
   *
   * @throws BadInputException if it cannot, or nothing would ever end the search
   */
  public Search {
    if (epochs < 1) {
      throw new BadInputException(
          "A trial of " + epochs + " epochs trains nothing; give at least 1");
    }
    strategy.requireFit(space, epochs);
    if (budget.isUnlimited() && strategy.trials(space).isEmpty()) {
      throw new BadInputException(
          "Budget is unlimited; give one of trials, epochs and wall-time, as in trials = 50");
    }
  }

  /**
   * What to do next: a pure function of this search and the history. To continue, add the job to
   * the history, and in time its result.
   */
  public Suggestion next(History history) {
    Suggestion suggestion = strategy.next(this, history);
    if (suggestion instanceof Job job && isWithinBudget(job, history)) {
      return job;
    }
    if (suggestion == Suggestion.None.WAIT) {
      return suggestion;
    }
    return history.running().isEmpty() ? Suggestion.None.DONE : Suggestion.None.WAIT;
  }

  /** The epochs of a whole trial of a point. */
  public int epochs(Point point) {
    return point.value(EPOCHS).map(text -> (int) Double.parseDouble(text)).orElse(epochs);
  }

  /** About how many epochs the whole search takes; empty if only time limits it. */
  public OptionalLong expectedEpochs() {
    LongStream byTrials =
        IntStream.concat(
                strategy.trials(space).stream(),
                budget.trials().stream().mapToInt(Integer::intValue))
            .mapToLong(trials -> strategy.epochs(this, trials));
    LongStream byEpochs = budget.epochs().stream().mapToLong(Integer::longValue);
    return LongStream.concat(byTrials, byEpochs).min();
  }

  /** A job that trains a trial from its start to its end. */
  Job whole(int trial, Point point) {
    return new Job(trial, point, epochs(point));
  }

  private boolean isWithinBudget(Job job, History history) {
    boolean starts = job.trial() == history.trials();
    if (starts && budget.trials().filter(most -> history.trials() >= most).isPresent()) {
      return false;
    }
    int spent = history.plus(job).epochs();
    return budget.epochs().filter(most -> spent > most).isEmpty();
  }
}
