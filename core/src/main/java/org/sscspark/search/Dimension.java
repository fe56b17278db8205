package org.sscspark.search;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sscspark.config.BadInputException;

/**
 * A key of the settings and the values it may take.
 *
 * @param when the condition under which the key is set at all; else the base experiment's value
 *     holds
 */
public record Dimension(String key, Domain domain, Optional<Condition> when) {
  /**
   * A dimension without a condition.
   *
   * @throws BadInputException if the domain cannot be made; the key is named
   */
  public static Dimension of(String key, Supplier<Domain> domain) {
    return new Dimension(key, named(key, domain), Optional.empty());
  }

  /** The same under a condition. */
  public Dimension when(String other, List<String> values) {
    return new Dimension(key, domain, Optional.of(new Condition(other, values)));
  }

  /** Whether the key is set at a point. */
  boolean isActive(Point point) {
    return when.map(condition -> condition.holds(point)).orElse(true);
  }

  /** The values that a grid goes through. */
  List<String> grid() {
    return named(key, domain::grid);
  }

  /** How many there are at most. */
  long gridSize() {
    return named(key, domain::gridSize);
  }

  private static <T> T named(String key, Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException e) {
      throw new BadInputException("Space, key " + key + ": " + e.getMessage(), e);
    }
  }
}
