package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Times several subjects in turn, round by round, so that a noisy machine is noisy to all of them.
 * A subject that has had its share of the time, and {@value #FEWEST_SAMPLES} samples, sits out: a
 * very slow one does not take the others' rounds.
 */
final class Interleaved {
  /**
   * What was measured.
   *
   * @param samples how often it was timed
   */
  record Timing(double bestMillis, double medianMillis, int samples) {}

  /** As many as JMH measures rounds at least. */
  private static final int FEWEST_SAMPLES = 3;

  private static final double SAMPLE_MILLIS = 2;

  private static final int MOST_RUNS = 1000;

  /** Of the whole time, what one subject may take once it has its samples. */
  private static final double MOST = 0.3;

  private final Map<String, Subject> subjects = new LinkedHashMap<>();

  /** Adds a subject; a round runs subjects in this order. */
  void add(String name, Runnable work) {
    addTimed(
        name,
        () -> {
          long start = System.nanoTime();
          work.run();
          return (System.nanoTime() - start) / 1e6;
        });
  }

  /**
   * Adds a subject of which one sample is the mean of several runs in a row: as many as take about
   * {@value #SAMPLE_MILLIS} ms. What the subject reads is then where its own last run left it, in
   * the cache as far as it fits, and not where the others' runs did.
   */
  void addRepeated(String name, Runnable work) {
    addTimed(name, new Repeated(work));
  }

  /** Adds a subject that runs once and says how many milliseconds it took. */
  void addTimed(String name, DoubleSupplier work) {
    subjects.put(name, new Subject(work));
  }

  /** Times all subjects for about this long, after a warm-up. */
  Map<String, Timing> run(double seconds) {
    RoundBenchmark.measure(
        counts -> subjects.values().forEach(subject -> subject.run(counts, seconds)), seconds);
    Map<String, Timing> timings = new LinkedHashMap<>();
    subjects.forEach((name, subject) -> timings.put(name, subject.timing()));
    return timings;
  }

  private static final class Repeated implements DoubleSupplier {
    private final Runnable work;
    private double millis = SAMPLE_MILLIS;

    Repeated(Runnable work) {
      this.work = work;
    }

    @Override
    public double getAsDouble() {
      work.run();
      int runs = (int) Math.min(MOST_RUNS, Math.ceil(SAMPLE_MILLIS / millis));
      long start = System.nanoTime();
      for (int i = 0; i < runs; i++) {
        work.run();
      }
      millis = (System.nanoTime() - start) / 1e6 / runs;
      return millis;
    }
  }

  private static final class Subject {
    private final DoubleSupplier work;
    private final List<Double> warmUp = new ArrayList<>();
    private final List<Double> samples = new ArrayList<>();

    Subject(DoubleSupplier work) {
      this.work = work;
    }

    void run(boolean counts, double seconds) {
      List<Double> phase = counts ? samples : warmUp;
      int fewest = counts ? FEWEST_SAMPLES : 1;
      double most = 1000 * MOST * seconds * (counts ? 1 : RoundBenchmark.WARM_UP);
      if (phase.size() < fewest || sum(phase) < most) {
        phase.add(work.getAsDouble());
      }
    }

    private static double sum(List<Double> millis) {
      return millis.stream().mapToDouble(Double::doubleValue).sum();
    }

    Timing timing() {
      double[] millis = samples.stream().mapToDouble(Double::doubleValue).toArray();
      return new Timing(StatUtils.min(millis), new Median().evaluate(millis), millis.length);
    }
  }
}
