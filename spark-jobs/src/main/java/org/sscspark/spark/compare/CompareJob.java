package org.sscspark.spark.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.Regrowth.Growth;
import org.sscspark.report.Progress;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.trial.TrialRunner;
import org.sscspark.storage.Lease;

/** Runs comparisons, and tells what they have come to. */
public final class CompareJob {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private CompareJob() {}

  /**
   * Runs the trials that are not done, then writes the result. Started again after it was
   * interrupted, it resumes where it stopped.
   *
   * @param out the comparison's folder
   * @throws org.sscspark.config.BadInputException if the folder holds something else, or another
   *     process runs the comparison
   */
  public static Comparison run(
      JavaSparkContext spark, ComparisonPlan plan, TrialData data, URI out, Progress progress)
      throws IOException, InterruptedException {
    return run(spark, plan, data, out, progress, new ExecutorStepClock(spark, data, progress));
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
      new TrialRunner(spark, out, data).run(plan.settings().runs(), plan.longestFirst(), progress);
      lease.requireHeld();
      return report(configuration, folder);
    }
  }

  /**
   * Checks that {@link #run} could begin or continue, and writes nothing.
   *
   * @throws org.sscspark.config.BadInputException if the folder holds something else, or if there
   *     are too few images for a method to score weights on
   */
  public static void check(
      Configuration configuration, ComparisonPlan plan, TrialData data, URI out)
      throws IOException {
    new ComparisonFolder(configuration, out).requireFor(plan);
    for (Trial trial : plan.trials()) {
      NetworkDesign design = trial.experiment().design();
      boolean moves =
          design.plan().regrowth().filter(one -> one.growth() == Growth.GRADIENT).isPresent();
      if (moves || design.method().needsData()) {
        design.plan().data().requireEnough(data.training().manifest());
      }
    }
  }

  /** Writes what a comparison has come to, also while it runs. */
  public static Comparison report(Configuration configuration, ComparisonFolder folder)
      throws IOException {
    Comparison comparison = Comparison.of(configuration, folder);
    folder.write("comparison.json", text(comparison));
    folder.write("comparison.csv", CellFields.RESULTS.csv(comparison.cells()));
    folder.write("trials.csv", TrialFields.RESULTS.csv(comparison.trials()));
    folder.write("differences.csv", AgainstSsc.of(comparison).csv());
    folder.write("times.csv", TrialFields.TIMES.csv(comparison.trials()));
    folder.write(ComparisonFolder.REPORT, new ComparisonReport(comparison).page().html());
    return comparison;
  }

  private static String text(Comparison comparison) {
    try {
      return JSON.writeValueAsString(comparison.json()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a comparison as JSON", e);
    }
  }
}
