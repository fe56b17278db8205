package org.sscspark.spark.bench;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One round of whatever is to be measured, as the operation of a JMH benchmark in this process. JMH
 * itself runs one benchmark after another and cannot interleave them; so that a disturbance of the
 * machine meets all subjects alike, a round runs each of them once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RoundBenchmark {
  /** What JMH repeats. */
  interface Round {
    /**
     * Runs once.
     *
     * @param counts whether the time for warming up is over
     */
    void run(boolean counts);
  }

  /** The time for warming up, over that for measuring. */
  static final double WARM_UP = 0.25;

  /** So many rounds are measured at least. */
  private static final int ITERATIONS = 3;

  private static final String ALLOCATION = "gc.alloc.rate.norm";

  /** Handed over within the process; JMH makes the instances. */
  private static Round current;

  /** What a round threw; JMH reports only that something did. */
  private static RuntimeException failure;

  private boolean counts;

  /** Called by JMH. */
  @Setup(Level.Iteration)
  public void begin(IterationParams iteration) {
    counts = iteration.getType() == IterationType.MEASUREMENT;
  }

  /** Called by JMH. */
  @Benchmark
  public void round() {
    try {
      current.run(counts);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /**
   * Repeats rounds for about this long, at least three times, after warming up for a quarter of it.
   *
   * @return the bytes that the process allocated in the Java heap in each round
   */
  static synchronized double measure(Round round, double seconds) {
    // Its lock file is for runs that would disturb each other; here the user decides that.
    System.setProperty("jmh.ignoreLock", "true");
    Options options =
        new OptionsBuilder()
            .include("^" + RoundBenchmark.class.getName().replace(".", "\\.") + "\\.round$")
            .forks(0)
            .threads(1)
            .warmupIterations(1)
            .warmupTime(time(WARM_UP * seconds))
            .measurementIterations(ITERATIONS)
            .measurementTime(time(seconds / ITERATIONS))
            .timeout(TimeValue.hours(1))
            .syncIterations(false)
            .shouldDoGC(false)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .addProfiler(GCProfiler.class)
            .build();
    current = round;
    failure = null;
    try {
      Collection<RunResult> results = new Runner(options).run();
      return results.iterator().next().getSecondaryResults().get(ALLOCATION).getScore();
    } catch (RunnerException e) {
      if (failure != null) {
        throw failure;
      }
      throw new IllegalStateException("The benchmark failed: " + e.getMessage(), e);
    } finally {
      current = null;
    }
  }

  private static TimeValue time(double seconds) {
    return TimeValue.milliseconds(Math.max(1, Math.round(1000 * seconds)));
  }
}
