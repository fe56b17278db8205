package org.sscspark.search;

import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Points drawn from the space, each a function of the seed and its number. */
public record RandomSearch() implements Strategy {
  @Override
  public Suggestion next(Search search, History history) {
    int trial = history.trials();
    return search.whole(trial, point(search, trial));
  }

  /** The point of a trial. */
  static Point point(Search search, int trial) {
    return search.space().draw(RandomStream.of(search.seed(), Purpose.SEARCH, trial));
  }
}
