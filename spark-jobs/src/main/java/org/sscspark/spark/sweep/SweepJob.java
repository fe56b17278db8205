package org.sscspark.spark.sweep;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.report.Progress;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.trial.TrialRunner;
import org.sscspark.spark.trial.WatchedTrials;
import org.sscspark.storage.Lease;

/** Runs sweeps, and tells what they have come to. */
public final class SweepJob {
  /** The settings of the best trial. */
  private static final String BEST = "best.conf";

  private static final Logger LOG = LoggerFactory.getLogger(SweepJob.class);

  private SweepJob() {}

  /**
   * Runs the sweep until its budget is spent, and writes the result. Started again after it was
   * interrupted, or with a larger budget, it resumes where it stopped.
   *
   * @param data what trials train on, and what scores them
   * @param out the sweep's folder
   * @throws org.sscspark.config.BadInputException if the folder holds something else, or another
   *     process runs the sweep
   */
  public static SweepResult run(
      JavaSparkContext spark, Sweep sweep, TrialData data, URI out, Progress progress)
      throws IOException, InterruptedException {
    SweepFolder folder = new SweepFolder(spark.hadoopConfiguration(), out);
    RunRecord plan = record(sweep, data);
    folder.requireFor(plan);
    ImageSet training = ImageSet.of(data.training().manifest());
    ImageSet validation = ImageSet.of(data.test().manifest());
    try (Lease lease = folder.lease()) {
      folder.startOrResume(plan);
      SweepDriver driver = new SweepDriver(sweep, folder, training, validation);
      try (Progress.Stage stage =
          progress.start("sweep", SweepProgress.epochsLeft(sweep, driver), "epochs")) {
        SweepProgress said = new SweepProgress(sweep, driver, stage);
        new TrialRunner(spark, out, data).run(sweep.runs(), driver, new WatchedTrials(said));
      }
      if (driver.isExhausted()) {
        LOG.warn(
            "The sweep ends with {} trials: nothing else was found in its space",
            driver.history().trials());
      }
      lease.requireHeld();
      return report(folder, SweepResult.of(folder, driver.journal(), driver.leftOver()));
    }
  }

  /**
   * What a sweep in a folder has where its settings do not say: what it began with, if it did.
   *
   * @param slots of the cluster
   */
  public static SlotDefaults unset(Configuration configuration, URI out, int slots)
      throws IOException {
    SlotDefaults now = SlotDefaults.of(slots);
    return new SweepFolder(configuration, out)
        .begun()
        .map(plan -> now.resumed(plan.configuration()))
        .orElse(now);
  }

  /**
   * Checks that {@link #run} could begin or resume, and writes nothing.
   *
   * @throws org.sscspark.config.BadInputException if the folder holds something else, or if trials
   *     of the space would be refused
   */
  public static void check(Configuration configuration, Sweep sweep, TrialData data, URI out)
      throws IOException {
    sweep.requireTrials(data);
    new SweepFolder(configuration, out).requireFor(record(sweep, data));
  }

  /** Writes what a sweep has come to, also while it runs. */
  public static SweepResult report(SweepFolder folder) throws IOException {
    return report(folder, SweepResult.of(folder));
  }

  private static SweepResult report(SweepFolder folder, SweepResult result) throws IOException {
    folder.write("sweep.json", result.json().toPrettyString() + "\n");
    folder.write("sweep.csv", result.csv());
    if (result.best().isPresent()) {
      folder.write(BEST, result.bestSettings());
    } else {
      folder.remove(BEST);
    }
    folder.write(SweepReport.FILE, new SweepReport(result).page().html());
    return result;
  }

  /**
   * What the folder has of the sweep.
   *
   * @throws org.sscspark.config.BadInputException if weights that trials start from are not there
   */
  private static RunRecord record(Sweep sweep, TrialData data) throws IOException {
    data.requireApart("Validation set");
    SortedMap<String, String> identity = new TreeMap<>();
    put(identity, "training", ImageSet.of(data.training().manifest()));
    put(identity, "validation", ImageSet.of(data.test().manifest()));
    for (Map.Entry<String, Experiment> start : sweep.starts().entrySet()) {
      TrainJob job =
          TrainJob.local(
              start.getValue(),
              data.training(),
              Optional.of(data.test()),
              /* threads= */ 1,
              /* narrowestLanes= */ 1);
      identity.put(RunRecord.FROM + start.getKey() + " sha256", job.startSha256().orElseThrow());
    }
    return new RunRecord(sweep.configuration(), identity, new TreeMap<>());
  }

  private static void put(SortedMap<String, String> identity, String role, ImageSet set) {
    identity.put(role, set.name() + ", " + set.examples() + " examples");
    identity.put(role + " sha256", set.sha256());
    set.recordMeaning(role + " ", identity);
  }
}
