package org.sscspark.search;

import java.util.List;

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
    return point.value(key).filter(values::contains).isPresent();
  }
}
