package org.sscspark.spark.quickstart;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.dataset.ShardingJob;
import org.sscspark.spark.evaluate.Choice;
import org.sscspark.spark.evaluate.EvaluateJob;
import org.sscspark.spark.evaluate.EvaluationReport;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.ModelEvaluation;
import org.sscspark.spark.evaluate.ReportedRun;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.TrainJob;
import org.sscspark.training.TrainingListener;

/**
 * Generates and shards images, trains a network with each method, evaluates the last checkpoints
 * and writes the report. All methods share recipe, data, data order and seed.
 *
 * @param images how much is generated
 */
public record QuickstartJob(
    JavaSparkContext spark, QuickstartFolder folder, Images images, Progress progress) {
  private static final int SHARDS = 4;

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
  }

  /**
   * Does it all.
   *
   * @param experiments by name, in the order in which they are trained
   * @param command what the user typed, for the report
   */
  public Quickstart run(Map<String, Experiment> experiments, String command) throws IOException {
    folder.empty();
    Stopwatch watch = new Stopwatch();
    shard("train", images.training());
    shard("test", images.test());
    watch.lap("shard");
    for (Map.Entry<String, Experiment> experiment : experiments.entrySet()) {
      TrainJob job =
          new TrainJob(
              spark, experiment.getValue(), folder.data("train"), Optional.of(folder.data("test")));
      job.run(folder.run(experiment.getKey()), progress, new TrainingListener() {});
      watch.lap("train " + experiment.getKey());
    }
    DatasetReference test = DatasetReference.to(spark.hadoopConfiguration(), folder.data("test"));
    List<ReportedRun> runs = evaluate(test, experiments);
    watch.lap("evaluate");
    EvaluationReport report = new EvaluationReport("Quick start", test, runs);
    Quickstart result = new Quickstart(runs, watch.laps(), folder);
    Files.writeString(
        folder.report(), report.page("command", command, "time", result.times()).html());
    return result;
  }

  private void shard(String split, int count) throws IOException {
    FeatureShape shape = new FeatureShape(3, images.side(), images.side());
    ShardingJob job =
        new ShardingJob(spark, new Synthetic(count, images.classes(), shape, 1, split), progress);
    URI location = folder.data(split);
    job.write(job.plan(ShardingOptions.of("gratings", 1).withShards(SHARDS)), location);
  }

  private List<ReportedRun> evaluate(DatasetReference test, Map<String, Experiment> experiments)
      throws IOException {
    List<FoundCheckpoint> found = new ArrayList<>();
    for (String name : experiments.keySet()) {
      found.addAll(
          FoundCheckpoint.find(spark.hadoopConfiguration(), folder.run(name), Choice.LAST));
    }
    String engine = experiments.values().iterator().next().engine();
    List<ModelEvaluation> models = new EvaluateJob(spark, test, engine).run(found, progress);
    List<ReportedRun> runs = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      runs.add(ReportedRun.of(models.get(i), found.get(i)));
    }
    return runs;
  }

  /** Times one step after the other. */
  private static final class Stopwatch {
    private final Map<String, Duration> laps = new LinkedHashMap<>();
    private long since = System.nanoTime();

    void lap(String name) {
      long now = System.nanoTime();
      laps.put(name, Duration.ofNanos(now - since));
      since = now;
    }

    Map<String, Duration> laps() {
      return laps;
    }
  }
}
