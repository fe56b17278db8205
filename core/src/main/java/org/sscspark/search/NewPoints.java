package org.sscspark.search;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Finds points that no trial has tried: equal settings have equal results, bit for bit. */
final class NewPoints {
  /** After so many points in a row that were tried, what is left is looked for in order. */
  private static final int DRAWS = 1000;

  /** A space of more points is not gone through. */
  private static final int MOST_POINTS = 100_000;

  private NewPoints() {}

  /**
   * The first drawn point that is new, else the first of the space.
   *
   * @return DONE if none is found
   */
  static Suggestion job(Search search, History history, Supplier<Point> draws) {
    int trial = history.trials();
    return next(search.space(), history, draws)
        .<Suggestion>map(point -> search.whole(trial, point))
        .orElse(Suggestion.None.DONE);
  }

  /** The same as a point, if there is one. */
  static Optional<Point> next(Space space, History history, Supplier<Point> draws) {
    Set<Point> tried = new HashSet<>();
    for (int trial = 0; trial < history.trials(); trial++) {
      tried.add(history.point(trial));
    }
    for (int draw = 0; draw < DRAWS; draw++) {
      Point point = draws.get();
      if (!tried.contains(point)) {
        return Optional.of(point);
      }
    }
    return space.points(MOST_POINTS).orElse(List.of()).stream()
        .filter(point -> !tried.contains(point))
        .findFirst();
  }
}
