package org.sscspark.search;

import java.util.function.Supplier;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Points drawn from the space, each a function of the seed, its number and those before. */
public record RandomSearch() implements Strategy {
  @Override
  public Suggestion next(Search search, History history) {
    return NewPoints.job(search, history, draws(search, history.trials()));
  }

  /** Points for a trial, one after the other. */
  static Supplier<Point> draws(Search search, int trial) {
    RandomStream random = RandomStream.of(search.seed(), Purpose.SEARCH, trial);
    return () -> search.space().draw(random);
  }
}
