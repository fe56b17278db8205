package org.sscspark.search;

import java.util.OptionalInt;
import org.sscspark.config.BadInputException;

/** What decides which point is tried next. */
public sealed interface Strategy
    permits GridSearch, RandomSearch, SobolSearch, SuccessiveHalving, ParzenSearch {
  /**
   * The next job, without regard to the budget: a pure function of its arguments.
   *
   * @return DONE if there is nothing left to try
   */
  Suggestion next(Search search, History history);

  /**
   * Checks that the strategy can go through a space.
   *
   * @param epochs of a whole trial
   * @throws BadInputException if not
   */
  default void requireFit(Space space, int epochs) {}

  /** How many trials there are in a space, if the search ends by itself. */
  default OptionalInt trials(Space space) {
    return OptionalInt.empty();
  }

  /** About how many epochs so many trials take in all. */
  default long epochs(Search search, int trials) {
    return (long) trials * search.epochs();
  }
}
