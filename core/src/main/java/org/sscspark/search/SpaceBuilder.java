package org.sscspark.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Builds a space key by key, as Spark's ParamGridBuilder builds a grid:
 *
 * <pre>{@code
 * Space space = Space.builder()
 *     .choice("method", "ssc", "dense")
 *     .uniform("density", 0.05, 0.3).when("method", "ssc")
 *     .logUniform("train.learning-rate", 0.01, 1)
 *     .build();
 * }</pre>
 *
 * Methods that add a key throw BadInputException if its domain has no values.
 */
public final class SpaceBuilder {
  private final List<Dimension> dimensions = new ArrayList<>();

  SpaceBuilder() {}

  /**
   * One of some values: numbers, strings, booleans, or texts in HOCON such as {@code [80, 120]}.
   */
  public SpaceBuilder choice(String key, Object... options) {
    return add(
        Dimension.of(key, () -> new OneOf(Arrays.stream(options).map(Object::toString).toList())));
  }

  /** A number between two bounds. */
  public SpaceBuilder uniform(String key, double low, double high) {
    return add(Dimension.of(key, () -> new RealRange(low, high, Scale.LINEAR, Optional.empty())));
  }

  /** A number between two positive bounds, whose logarithm is uniform. */
  public SpaceBuilder logUniform(String key, double low, double high) {
    return add(
        Dimension.of(key, () -> new RealRange(low, high, Scale.LOGARITHMIC, Optional.empty())));
  }

  /** A whole number between two bounds, both included. */
  public SpaceBuilder integers(String key, long low, long high) {
    return add(
        Dimension.of(key, () -> new IntegerRange(low, high, Scale.LINEAR, Optional.empty())));
  }

  /** A whole number between two positive bounds, both included, whose logarithm is uniform. */
  public SpaceBuilder logIntegers(String key, long low, long high) {
    return add(
        Dimension.of(key, () -> new IntegerRange(low, high, Scale.LOGARITHMIC, Optional.empty())));
  }

  /** Adds a dimension made otherwise. */
  public SpaceBuilder add(Dimension dimension) {
    dimensions.add(dimension);
    return this;
  }

  /** Lets the key added last matter only where another key has one of these values. */
  public SpaceBuilder when(String other, Object... values) {
    if (dimensions.isEmpty()) {
      throw new IllegalStateException("A condition follows the key that it is for");
    }
    Dimension last = dimensions.remove(dimensions.size() - 1);
    return add(last.when(other, Arrays.stream(values).map(Object::toString).toList()));
  }

  /** The space of all keys added. */
  public Space build() {
    return new Space(dimensions);
  }
}
