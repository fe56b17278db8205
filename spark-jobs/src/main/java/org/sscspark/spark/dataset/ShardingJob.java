package org.sscspark.spark.dataset;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.Storage;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.data.sharding.DatasetFolder;
import org.sscspark.data.sharding.PartCount;
import org.sscspark.data.sharding.PartPlacement;
import org.sscspark.data.sharding.Place;
import org.sscspark.data.sharding.PlacedImage;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.data.sharding.WrittenShard;
import org.sscspark.report.Progress;
import scala.Tuple2;

/**
 * Shards a raw data set. The first pass counts classes, which decides where every example goes; the
 * second reads the images, shuffles them to their shards in order, and decodes and writes each
 * shard in a task of its own. The driver sees counts and checksums only, and no executor holds a
 * shard in memory.
 */
public final class ShardingJob {
  private final JavaSparkContext spark;
  private final RawDataset raw;
  private final Progress progress;
  private final Broadcast<SerializableConfiguration> configuration;

  public ShardingJob(JavaSparkContext spark, RawDataset raw, Progress progress) {
    this.spark = spark;
    this.raw = raw;
    this.progress = progress;
    this.configuration =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /** A part of the raw data set and its index. */
  private record IndexedPart(int index, RawPart part) implements Serializable {}

  /**
   * Counts the raw data set and decides where its examples go.
   *
   * @throws org.sscspark.config.BadInputException if it cannot be used
   */
  public ShardingPlan plan(ShardingOptions options) {
    RawDataset source = raw;
    Broadcast<SerializableConfiguration> conf = configuration;
    JavaRDD<IndexedPart> parts = parts();
    List<PartCount> counts =
        TaskProgress.during(
            spark,
            progress,
            "count",
            parts.getNumPartitions(),
            "parts",
            () -> parts.map(p -> PartCount.of(conf.value().value(), source, p.part())).collect());
    return ShardingPlan.of(raw, counts, options);
  }

  /**
   * Writes the data set that a plan describes. Nothing is at the location unless this returns.
   *
   * @throws org.sscspark.config.BadInputException if there is something at the location already, or
   *     an image cannot be used
   */
  public DatasetManifest write(ShardingPlan plan, URI location) throws IOException {
    RawDataset source = raw;
    Broadcast<SerializableConfiguration> conf = configuration;
    try (DatasetFolder folder = DatasetFolder.create(spark.hadoopConfiguration(), location)) {
      URI attempts = folder.attempts();
      JavaRDD<WrittenShard> shards =
          parts()
              .flatMapToPair(p -> placed(conf, source, plan, p))
              .repartitionAndSortWithinPartitions(new ByShard(plan.shards()))
              .mapPartitionsWithIndex(
                  (shard, images) ->
                      List.of(writeShard(conf, plan, shard, attempts, images)).iterator(),
                  true);
      List<WrittenShard> written =
          TaskProgress.during(
              spark, progress, "write", plan.shards(), "shards", () -> shards.collect());
      DatasetManifest manifest = plan.manifest(written);
      folder.commit(manifest, written);
      return manifest;
    }
  }

  private JavaRDD<IndexedPart> parts() {
    List<RawPart> parts = raw.parts();
    List<IndexedPart> indexed =
        IntStream.range(0, parts.size()).mapToObj(i -> new IndexedPart(i, parts.get(i))).toList();
    return spark.parallelize(indexed, parts.size());
  }

  private static Iterator<Tuple2<Place, PlacedImage>> placed(
      Broadcast<SerializableConfiguration> configuration,
      RawDataset raw,
      ShardingPlan plan,
      IndexedPart part)
      throws IOException {
    RawRecords records = raw.open(configuration.value().value(), part.part(), RawContent.IMAGES);
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              try {
                records.close();
              } catch (IOException e) {
                throw new UncheckedIOException("Cannot close " + part.part(), e);
              }
            });
    PartPlacement images = new PartPlacement(plan, part.index(), records);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Tuple2<Place, PlacedImage> next() {
        PlacedImage image = images.next();
        return new Tuple2<>(image.place(), image);
      }
    };
  }

  private static WrittenShard writeShard(
      Broadcast<SerializableConfiguration> configuration,
      ShardingPlan plan,
      int shard,
      URI attempts,
      Iterator<Tuple2<Place, PlacedImage>> images)
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
