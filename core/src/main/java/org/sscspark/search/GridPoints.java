package org.sscspark.search;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sscspark.config.BadInputException;

/**
 * The points of a grid, the last key changing fastest, each made when it is asked for. They are
 * counted without making any: the branch of a dimension, which is itself and those whose conditions
 * lead to it, varies without regard to other branches, so the counts of branches multiply.
 */
final class GridPoints extends AbstractList<Point> implements RandomAccess {
  private final List<Dimension> dimensions;
  private final int most;

  /** By dimension: the one that its condition is on, or -1. */
  private final int[] parents;

  private final List<List<String>> values;

  /** By dimension: how many choices its branch has where it is active. */
  private final long[] branches;

  private final int size;

  /**
   * Counts the points.
   *
   * @throws BadInputException as {@link Space#grid}
   */
  GridPoints(Space space, int most) {
    this.dimensions = space.dimensions();
    this.most = most;
    // Asked first: the values alone could be more than there is memory for.
    if (dimensions.stream().anyMatch(dimension -> dimension.gridSize() > most)) {
      throw tooManyPoints();
    }
    this.values = dimensions.stream().map(Dimension::grid).toList();
    this.parents = new int[dimensions.size()];
    List<String> keys = space.keys();
    Arrays.setAll(
        parents,
        i -> dimensions.get(i).when().map(condition -> keys.indexOf(condition.key())).orElse(-1));
    this.branches = new long[dimensions.size()];
    String[] chosen = new String[dimensions.size()];
    for (int i = dimensions.size() - 1; i >= 0; i--) {
      if (!hasConditions(i)) {
        branches[i] = values.get(i).size();
        continue;
      }
      for (String value : values.get(i)) {
        chosen[i] = value;
        branches[i] = Math.min(most + 1L, branches[i] + branches(i, i, chosen));
      }
    }
    long points = branches(-1, -1, chosen);
    if (points > most) {
      throw tooManyPoints();
    }
    this.size = (int) points;
  }

  /** Whether any are on a dimension; else every value of it is shared by equally many points. */
  private boolean hasConditions(int dimension) {
    return Arrays.stream(parents).anyMatch(parent -> parent == dimension);
  }

  /**
   * How many choices the branches have together that begin after a dimension, but not more than
   * there may be.
   *
   * @param parent the least dimension that their conditions are on
   * @param chosen the values of the dimensions up to the one given, null where not active
   */
  private long branches(int after, int parent, String[] chosen) {
    long choices = 1;
    for (int i = after + 1; i < parents.length; i++) {
      if (parents[i] >= parent && parents[i] <= after && isActive(i, chosen)) {
        choices = Math.min(most + 1L, choices * branches[i]);
      }
    }
    return choices;
  }

  private boolean isActive(int dimension, String[] chosen) {
    return dimensions
        .get(dimension)
        .when()
        .map(when -> when.holds(Optional.ofNullable(chosen[parents[dimension]])))
        .orElse(true);
  }

  @Override
  public Point get(int index) {
    Objects.checkIndex(index, size);
    String[] chosen = new String[parents.length];
    SortedMap<String, String> point = new TreeMap<>();
    int left = index;
    for (int i = 0; i < parents.length; i++) {
      if (isActive(i, chosen)) {
        left = choose(i, left, chosen);
        point.put(dimensions.get(i).key(), chosen[i]);
      }
    }
    return new Point(point);
  }

  /**
   * Chooses a dimension's value.
   *
   * @param left how many points there are before the one wanted, of those that share the values
   *     chosen so far
   * @return the same once the value is chosen too
   */
  private int choose(int dimension, int left, String[] chosen) {
    if (!hasConditions(dimension)) {
      int sharing = (int) branches(dimension, -1, chosen);
      chosen[dimension] = values.get(dimension).get(left / sharing);
      return left % sharing;
    }
    int before = left;
    for (String value : values.get(dimension)) {
      chosen[dimension] = value;
      long sharing = branches(dimension, -1, chosen);
      if (before < sharing) {
        break;
      }
      before -= (int) sharing;
    }
    return before;
  }

  @Override
  public int size() {
    return size;
  }

  private BadInputException tooManyPoints() {
    return new BadInputException(
        String.format(
            Locale.ROOT,
            "The grid has more than %,d points; give fewer levels, or another strategy",
            most));
  }
}
