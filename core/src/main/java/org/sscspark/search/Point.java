package org.sscspark.search;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One choice of values.
 *
 * @param values by key, as a settings file would hold them; keys that do not matter are absent
 */
public record Point(SortedMap<String, String> values) {
  public Point {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** A point of these values. */
  public static Point of(Map<String, String> values) {
    return new Point(new TreeMap<>(values));
  }

  /** The value of a key, if it is set. */
  public Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** The values as arguments {@code key=value}, sorted by key. */
  public List<String> arguments() {
    return values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** The values in one line: equal text for equal points. */
  @Override
  public String toString() {
    return arguments().stream().collect(Collectors.joining(", "));
  }
}
