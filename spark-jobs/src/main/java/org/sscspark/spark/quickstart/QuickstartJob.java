package org.sscspark.spark.quickstart;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.averaging.TaskSlots;
import org.sscspark.spark.compare.CompareJob;
import org.sscspark.spark.compare.Comparison;
import org.sscspark.spark.compare.ComparisonFolder;
import org.sscspark.spark.compare.ComparisonPlan;
import org.sscspark.spark.compare.ComparisonSettings;
import org.sscspark.spark.dataset.ShardingJob;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.storage.Lease;

/** Generates and shards images, and compares methods on them. */
public record QuickstartJob(JavaSparkContext spark, QuickstartFolder folder, Progress progress) {
  /** The data sets' name. */
  static final String NAME = "gratings";

  static final int SHARDS = 4;

  /**
   * How much is generated.
   *
   * @param side height and width
   */
  public record Images(int training, int test, int classes, int side) {
    /** Enough to learn from in a minute. */
    public static Images standard() {
      return new Images(2000, 1000, 10, 32);
    }

    /** Those of a split. */
    Synthetic of(String split) {
      return new Synthetic(
          split.equals("train") ? training : test,
          classes,
          new FeatureShape(3, side, side),
          1,
          split);
    }
  }

  /**
   * Does it all.
   *
   * @param experiment by what all are trained
   * @param settings what is compared
   */
  public Quickstart run(Experiment experiment, ComparisonSettings settings)
      throws IOException, InterruptedException {
    try (Lease lease = folder.begin(spark.hadoopConfiguration())) {
      Map<String, Duration> laps = new LinkedHashMap<>();
      long began = System.nanoTime();
      shard("train");
      shard("test");
      long sharded = System.nanoTime();
      laps.put("shard", Duration.ofNanos(sharded - began));
      lease.requireHeld();
      TrialData data =
          TrialData.at(spark.hadoopConfiguration(), folder.data("train"), folder.data("test"));
      URI out = folder.comparison();
      int slots = TaskSlots.count(spark);
      ComparisonPlan plan =
          ComparisonPlan.of(
              experiment,
              settings,
              CompareJob.workers(spark.hadoopConfiguration(), out, slots),
              ImageSet.of(data.training().manifest()),
              ImageSet.of(data.test().manifest()));
      Comparison comparison = CompareJob.run(spark, plan, data, out, progress);
      laps.put("compare", Duration.ofNanos(System.nanoTime() - sharded));
      return new Quickstart(comparison, laps, ComparisonFolder.report(out));
    }
  }

  private void shard(String split) throws IOException {
    ShardingJob job = new ShardingJob(spark, folder.images().of(split), progress);
    URI location = folder.data(split);
    job.write(job.plan(ShardingOptions.of(NAME, 1).withShards(SHARDS)), location);
  }
}
