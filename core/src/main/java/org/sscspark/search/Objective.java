package org.sscspark.search;

import java.util.Comparator;

/**
 * What a search is after.
 *
 * @param metric the name of a measured value
 * @param direction which values are better
 */
public record Objective(String metric, Direction direction) {
  /** Which values are better. */
  public enum Direction {
    MAXIMIZE,
    MINIMIZE
  }

  /** Better scores first. */
  public Comparator<Double> bestFirst() {
    return direction == Direction.MAXIMIZE ? Comparator.reverseOrder() : Comparator.naturalOrder();
  }
}
