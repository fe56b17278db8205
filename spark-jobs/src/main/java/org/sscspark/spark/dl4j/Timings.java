package org.sscspark.spark.dl4j;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.spark.stats.BaseEventStats;
import org.deeplearning4j.spark.stats.EventStats;

/**
 * How long parts of the work took, as DL4J's training statistics hold it: by the machine's own
 * clock, in milliseconds.
 *
 * @param <P> the parts
 */
final class Timings<P extends Enum<P>> {
  private final Map<P, List<EventStats>> events;

  Timings(Class<P> parts) {
    this.events = new EnumMap<>(parts);
    for (P part : parts.getEnumConstants()) {
      events.put(part, new ArrayList<>());
    }
  }

  /** A part of the work. */
  @FunctionalInterface
  interface Work<V, X extends Exception> {
    V run() throws X;
  }

  /** Does a part of the work and notes when it began and how long it took. */
  <V, X extends Exception> V time(P part, Work<V, X> work) throws X {
    long began = System.currentTimeMillis();
    V result = work.run();
    add(part, new BaseEventStats(began, System.currentTimeMillis() - began));
    return result;
  }

  void add(P part, EventStats event) {
    events.get(part).add(event);
  }

  /** A copy of a part's events, in order. */
  List<EventStats> of(P part) {
    return new ArrayList<>(events.get(part));
  }
}
