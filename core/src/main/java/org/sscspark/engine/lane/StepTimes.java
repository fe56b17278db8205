package org.sscspark.engine.lane;

import java.util.Map;
import java.util.TreeMap;

/** Where the time of a replica's steps goes: for measurements. Of one thread. */
public final class StepTimes {
  /**
   * A share of a step.
   *
   * @param kind of the operator, or of the first of fused ones, such as {@code BatchNorm}
   * @param pass {@code forward}, {@code backward}, {@code backward-data}, {@code backward-weights},
   *     or what the caller names
   */
  public record Part(String kind, String pass) implements Comparable<Part> {
    @Override
    public int compareTo(Part other) {
      int kinds = kind.compareTo(other.kind);
      return kinds != 0 ? kinds : pass.compareTo(other.pass);
    }
  }

  private final Map<Part, Double> millis = new TreeMap<>();
  private long last = System.nanoTime();

  /** Begins a step: what came since the last lap counts for nothing. */
  public void start() {
    millis.clear();
    last = System.nanoTime();
  }

  /** Counts the time since the last lap, or the start, for this. */
  public void lap(String kind, String pass) {
    long now = System.nanoTime();
    millis.merge(new Part(kind, pass), (now - last) / 1e6, Double::sum);
    last = now;
  }

  /** The milliseconds of each part since the start. */
  public Map<Part, Double> millis() {
    return Map.copyOf(millis);
  }
}
