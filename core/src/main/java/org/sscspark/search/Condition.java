package org.sscspark.search;

import java.util.List;
import java.util.Optional;

/**
 * When a key matters: another key has one of these values (and itself matters).
 *
 * @param key the other key
 * @param values any of which will do
 */
public record Condition(String key, List<String> values) {
  public Condition {
    values = List.copyOf(values);
  }

  /** Whether it holds at a point. */
  boolean holds(Point point) {
    return holds(point.value(key));
  }

  /** Whether it holds where the other key has a value, or does not matter itself. */
  boolean holds(Optional<String> value) {
    return value.filter(values::contains).isPresent();
  }
}
