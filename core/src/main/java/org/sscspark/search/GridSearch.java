package org.sscspark.search;

import java.util.List;
import java.util.OptionalInt;

/** Every point of the grid, in its order. */
public record GridSearch() implements Strategy {
  private static final int MOST_POINTS = 100_000;

  @Override
  public Suggestion next(Search search, History history) {
    List<Point> grid = search.space().grid(MOST_POINTS);
    int trial = history.trials();
    return trial < grid.size() ? search.whole(trial, grid.get(trial)) : Suggestion.None.DONE;
  }

  @Override
  public void requireFit(Space space, int epochs) {
    space.grid(MOST_POINTS);
  }

  @Override
  public OptionalInt trials(Space space) {
    return OptionalInt.of(space.grid(MOST_POINTS).size());
  }
}
