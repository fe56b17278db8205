package org.sscspark.spark.dataset;

import java.io.IOException;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.sharding.DatasetFolder;
import org.sscspark.data.sharding.ExamplePlace;
import org.sscspark.data.sharding.PlacedImage;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.data.sharding.WrittenShard;
import org.sscspark.report.Progress;
import org.sscspark.storage.Storage;
import scala.Tuple2;

/**
 * Shards labelled images. The first pass counts classes, which decides where every example goes;
 * the second reads the images, shuffles them to their shards in order, and decodes and writes each
 * shard in a task of its own. The driver sees counts and checksums only, and no executor holds a
 * shard in memory.
 */
public final class ShardingJob {
  private final JavaSparkContext spark;
  private final RecordSource source;
  private final Progress progress;

  /** Prepares to shard a raw data set of files. */
  public ShardingJob(JavaSparkContext spark, RawDataset raw, Progress progress) {
    this(spark, new FileSource(spark, raw), progress);
  }

  /** Prepares to shard images of any source. */
  public ShardingJob(JavaSparkContext spark, RecordSource source, Progress progress) {
    this.spark = spark;
    this.source = source;
    this.progress = progress;
  }

  /**
   * Counts the images and decides where they go.
   *
   * @throws org.sscspark.config.BadInputException if they cannot be used
   */
  public ShardingPlan plan(ShardingOptions options) {
    RecordSource.Survey survey = source.survey(options.images(), progress);
    return ShardingPlan.of(survey.description(), survey.parts(), options);
  }

  /**
   * Writes the data set that a plan describes. Nothing is at the location unless this returns.
   *
   * @throws org.sscspark.config.BadInputException if there is something at the location already, or
   *     images cannot be used
   */
  public DatasetManifest write(ShardingPlan plan, URI location) throws IOException {
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    try (DatasetFolder folder = DatasetFolder.create(spark.hadoopConfiguration(), location)) {
      URI attempts = folder.attempts();
      ShardingPlan all = plan.forTasks();
      JavaRDD<WrittenShard> shards =
          source
              .placed(plan)
              .repartitionAndSortWithinPartitions(new ByShard(plan.shards()))
              .mapPartitionsWithIndex(
                  (shard, images) ->
                      List.of(writeShard(conf, all, shard, attempts, images)).iterator(),
                  true);
      List<WrittenShard> written =
          TaskProgress.during(
              spark, progress, "write", plan.shards(), "shards", () -> shards.collect());
      return plan.commit(folder, written, source.item());
    } finally {
      conf.destroy();
    }
  }

  private static WrittenShard writeShard(
      Broadcast<SerializableConfiguration> configuration,
      ShardingPlan plan,
      int shard,
      URI attempts,
      Iterator<Tuple2<ExamplePlace, PlacedImage>> images)
      throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration.value().value(), attempts);
    // Attempts of one task, as under speculation, must not write to one file.
    Path attempt =
        new Path(new Path(attempts), "attempt-" + TaskContext.get().taskAttemptId() + ".parquet");
    return WrittenShard.write(
        plan,
        shard,
        fileSystem,
        attempt,
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return images.hasNext();
          }

          @Override
          public PlacedImage next() {
            return images.next()._2();
          }
        });
  }
}
