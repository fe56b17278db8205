package org.sscspark.search;

import java.util.List;
import java.util.OptionalInt;

/** Every point of the grid, in its order. */
public record GridSearch() implements Strategy {
  private static final int MOST_POINTS = 100_000;

  /**
   * What it tries, in its order; each point is made when it is asked for.
   *
   * @throws org.sscspark.config.BadInputException as {@link Space#grid}
   */
  public List<Point> points(Space space) {
    return space.grid(MOST_POINTS);
  }

  @Override
  public Suggestion next(Search search, History history) {
    List<Point> grid = points(search.space());
    int trial = history.trials();
    return trial < grid.size() ? search.whole(trial, grid.get(trial)) : Suggestion.None.DONE;
  }

  @Override
  public void requireFit(Space space, int epochs) {
    points(space);
  }

  @Override
  public OptionalInt trials(Space space) {
    return OptionalInt.of(points(space).size());
  }
}
