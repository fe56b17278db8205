package org.sscspark.search;

import java.util.Comparator;

/**
 * What a search is after.
 *
 * @param metric the name of a measured value
 * @param direction which values are better
 */
public record SearchObjective(String metric, Direction direction) {
  /** Which values are better. */
  public enum Direction {
    MAXIMIZE,
    MINIMIZE
  }

  /** The higher the better. */
  public static SearchObjective maximize(String metric) {
    return new SearchObjective(metric, Direction.MAXIMIZE);
  }

  /** The lower the better. */
  public static SearchObjective minimize(String metric) {
    return new SearchObjective(metric, Direction.MINIMIZE);
  }

  /** Better scores first. */
  public Comparator<Double> bestFirst() {
    return direction == Direction.MAXIMIZE ? Comparator.reverseOrder() : Comparator.naturalOrder();
  }
}
