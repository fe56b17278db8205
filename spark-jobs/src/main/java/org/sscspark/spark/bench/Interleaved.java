package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times several things in turn, round by round, so that a noisy machine is noisy to all of them.
 */
final class Interleaved {
  /**
   * What was measured.
   *
   * @param samples how often it was timed
   */
  record Timing(double bestMillis, double medianMillis, int samples) {}

  private static final int WARM_UP_ROUNDS = 5;
  private static final int FEWEST_ROUNDS = 10;

  private final Map<String, Runnable> subjects = new LinkedHashMap<>();

  void add(String name, Runnable subject) {
    subjects.put(name, subject);
  }

  /** Times all subjects for about this long. */
  Map<String, Timing> run(double seconds) {
    List<double[]> rounds = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (int round = -WARM_UP_ROUNDS; round < FEWEST_ROUNDS || System.nanoTime() < end; round++) {
      double[] millis = new double[subjects.size()];
      int next = 0;
      for (Runnable subject : subjects.values()) {
        long start = System.nanoTime();
        subject.run();
        millis[next++] = (System.nanoTime() - start) / 1e6;
      }
      if (round >= 0) {
        rounds.add(millis);
      }
    }
    Map<String, Timing> timings = new LinkedHashMap<>();
    int index = 0;
    for (String name : subjects.keySet()) {
      int column = index++;
      double[] sorted = rounds.stream().mapToDouble(millis -> millis[column]).sorted().toArray();
      timings.put(name, new Timing(sorted[0], sorted[sorted.length / 2], sorted.length));
    }
    return timings;
  }
}
