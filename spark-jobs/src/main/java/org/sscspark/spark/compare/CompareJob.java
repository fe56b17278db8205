package org.sscspark.spark.compare;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.report.Progress;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.trial.TrialRunner;
import org.sscspark.storage.Lease;
import org.sscspark.storage.TextFiles;

/** Runs comparisons, and tells what they have come to. */
public final class CompareJob {
  private CompareJob() {}

  /**
   * Runs the trials that are not done, then writes the result. Started again after it was
   * interrupted, it resumes where it stopped.
   *
   * @param out the comparison's folder
   * @throws BadInputException if the folder holds something else, or another process runs the
   *     comparison
   */
  public static Comparison run(
      JavaSparkContext spark, ComparisonPlan plan, TrialData data, URI out, Progress progress)
      throws IOException, InterruptedException {
    return run(spark, plan, data, out, progress, new ExecutorStepClock(spark, data, progress));
  }

  /**
   * The plan with what has to be measured before it can be shown: densities that follow from times
   * of steps. Measures what the folder does not hold, and writes nothing.
   */
  public static ComparisonPlan measured(
      JavaSparkContext spark, ComparisonPlan plan, TrialData data, URI out, Progress progress)
      throws IOException {
    ComparisonFolder folder = new ComparisonFolder(spark.hadoopConfiguration(), out);
    return plan.settings().equal() == Equal.STEP_SECONDS
        ? plan.timed(folder.stepTimes(), new ExecutorStepClock(spark, data, progress))
        : plan;
  }

  /**
   * As the other.
   *
   * @param clock times the steps that have not been timed before, if trainings are to take equal
   *     time
   */
  static Comparison run(
      JavaSparkContext spark,
      ComparisonPlan planned,
      TrialData data,
      URI out,
      Progress progress,
      StepClock clock)
      throws IOException, InterruptedException {
    Configuration configuration = spark.hadoopConfiguration();
    ComparisonFolder folder = new ComparisonFolder(configuration, out);
    folder.requireFor(planned);
    try (Lease lease = folder.lease()) {
      ComparisonPlan plan = planned.timed(folder.stepTimes(), clock);
      folder.start(plan);
      Map<String, String> failures =
          new TrialRunner(spark, out, data)
              .run(plan.settings().runs(), plan.longestFirst(), progress);
      lease.requireHeld();
      return report(folder, failures);
    }
  }

  /**
   * Workers of data-parallel trials in a folder whose settings do not say how many: as many as the
   * comparison began with, if it did and such trials were its own.
   *
   * @param slots of the cluster
   */
  public static int workers(Configuration configuration, URI out, int slots) throws IOException {
    return new ComparisonFolder(configuration, out)
        .begun()
        .filter(plan -> plan.settings().runs() == RunMode.DATA_PARALLEL)
        .flatMap(plan -> plan.base().averaging().workers())
        .orElse(slots);
  }

  /**
   * Checks that {@link #run} could begin or continue, and writes nothing.
   *
   * @throws BadInputException if the folder holds something else, a trial would be refused for its
   *     settings, or the test set has images of the training set
   */
  public static void check(
      Configuration configuration, ComparisonPlan plan, TrialData data, URI out)
      throws IOException {
    data.requireApart("Test set");
    new ComparisonFolder(configuration, out).requireFor(plan);
    for (Trial trial : plan.trials()) {
      data.requireTrainable(trial.experiment());
    }
  }

  /** Writes what a comparison has come to, also while it runs. */
  public static Comparison report(ComparisonFolder folder) throws IOException {
    return report(folder, Map.of());
  }

  private static Comparison report(ComparisonFolder folder, Map<String, String> failures)
      throws IOException {
    Comparison comparison = Comparison.of(folder, failures);
    TextFiles files = folder.files();
    ComparisonDocument.write(files, comparison.json());
    PublishedTables.writeResults(files, comparison);
    files.write("times.csv", TrialFields.TIMES.csv(comparison.rows()));
    files.write(ComparisonFolder.REPORT, new ComparisonReport(comparison).page().html());
    return comparison;
  }
}
