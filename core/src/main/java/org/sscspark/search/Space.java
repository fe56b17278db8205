package org.sscspark.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Spelling;
import org.sscspark.random.RandomStream;

/**
 * All points that a search may try.
 *
 * @param dimensions in the order of their keys, but a key follows the one that its condition names
 */
public record Space(List<Dimension> dimensions) {
  /**
   * Puts the dimensions in order.
   *
   * @throws BadInputException if there is none, a key is there twice, or a condition names no other
   *     key, a value that the key never has, or in the end itself
   */
  public Space {
    if (dimensions.isEmpty()) {
      throw new BadInputException(
          "The space is empty; give one key at least, as in density { choice = [0.05, 0.1] }");
    }
    Set<String> keys = new LinkedHashSet<>();
    for (Dimension dimension : dimensions) {
      if (!keys.add(dimension.key())) {
        throw new BadInputException("Space has key " + dimension.key() + " twice; give it once");
      }
    }
    for (Dimension dimension : dimensions) {
      if (dimension.when().isPresent()) {
        requireMet(dimension, dimension.when().get(), keys, dimensions);
      }
    }
    dimensions = sorted(dimensions);
  }

  private static void requireMet(
      Dimension dimension, Condition when, Set<String> keys, List<Dimension> all) {
    String start = "Space, key " + dimension.key() + ": its condition ";
    if (!keys.contains(when.key())) {
      throw new BadInputException(
          start
              + "is on "
              + when.key()
              + ", which is no key of the space: "
              + Spelling.suggestion(when.key(), keys));
    }
    Domain other =
        all.stream().filter(d -> d.key().equals(when.key())).findFirst().orElseThrow().domain();
    if (!(other instanceof OneOf choice)) {
      throw new BadInputException(
          start + "is on " + when.key() + ", which is a range; conditions are on choices");
    }
    for (String value : when.values()) {
      if (!choice.options().contains(value)) {
        throw new BadInputException(
            "%sasks for %s = %s, which is never chosen: %s"
                .formatted(start, when.key(), value, Spelling.suggestion(value, choice.options())));
      }
    }
  }

  /** By key, but conditions first, so that points do not depend on the order of writing. */
  private static List<Dimension> sorted(List<Dimension> given) {
    List<Dimension> left = new ArrayList<>(given);
    left.sort(Comparator.comparing(Dimension::key));
    List<Dimension> sorted = new ArrayList<>();
    while (!left.isEmpty()) {
      Dimension next =
          left.stream()
              .filter(d -> d.when().map(when -> has(sorted, when.key())).orElse(true))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BadInputException(
                          "Space: the conditions of "
                              + left.stream().map(Dimension::key).collect(Collectors.joining(", "))
                              + " wait for each other; let one of them have none"));
      left.remove(next);
      sorted.add(next);
    }
    return List.copyOf(sorted);
  }

  private static boolean has(List<Dimension> dimensions, String key) {
    return dimensions.stream().anyMatch(d -> d.key().equals(key));
  }

  /** The keys, in the order of the dimensions. */
  public List<String> keys() {
    return dimensions.stream().map(Dimension::key).toList();
  }

  /**
   * The point at a place of the unit cube.
   *
   * @param place a coordinate in [0, 1) for each dimension; those that do not matter are not used
   */
  public Point at(double[] place) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < place.length; i++) {
      Dimension dimension = dimensions.get(i);
      if (dimension.isActive(Point.of(values))) {
        values.put(dimension.key(), dimension.domain().at(place[i]));
      }
    }
    return Point.of(values);
  }

  /** A point drawn from the space; every dimension takes one draw, whether it matters or not. */
  Point draw(RandomStream random) {
    double[] place = new double[dimensions.size()];
    Arrays.setAll(place, i -> random.nextDouble());
    return at(place);
  }

  /**
   * All points of the grid, each made when it is asked for; the last key changes fastest.
   *
   * @param most how many points there may be
   * @throws BadInputException if a range does not say how many values to take, or there are more
   */
  public List<Point> grid(int most) {
    return new GridPoints(this, most);
  }

  /**
   * All points there are, each made when it is asked for; empty if a key has a range of reals.
   *
   * @param most how many there may be; of more, none are returned
   */
  Optional<List<Point>> points(int most) {
    if (dimensions.stream().anyMatch(d -> d.domain() instanceof RealRange)) {
      return Optional.empty();
    }
    List<Dimension> whole = dimensions.stream().map(Space::withoutLevels).toList();
    try {
      return Optional.of(new Space(whole).grid(most));
    } catch (BadInputException tooMany) {
      return Optional.empty();
    }
  }

  private static Dimension withoutLevels(Dimension dimension) {
    return dimension.domain() instanceof IntegerRange range
        ? new Dimension(
            dimension.key(),
            new IntegerRange(range.low(), range.high(), range.scale(), Optional.empty()),
            dimension.when())
        : dimension;
  }

  /** The dimension of a key. */
  public Optional<Dimension> dimension(String key) {
    return dimensions.stream().filter(d -> d.key().equals(key)).findFirst();
  }

  /** Whether trials of it may end after different numbers of epochs. */
  public boolean variesEpochs() {
    return dimension(Search.EPOCHS).isPresent();
  }

  /** Begins a space in code. */
  public static SpaceBuilder builder() {
    return new SpaceBuilder();
  }
}
