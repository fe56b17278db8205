package org.sscspark.spark.dataset;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.data.sharding.ExamplePlace;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.PartCount;
import org.sscspark.data.sharding.PartPlacement;
import org.sscspark.data.sharding.PlacedImage;
import org.sscspark.data.sharding.PlannedPart;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.data.sharding.SizeQuestion;
import org.sscspark.report.Progress;
import scala.Tuple2;

/** A raw data set of files, a task for each of its parts. */
final class FileSource implements RecordSource {
  private final JavaSparkContext spark;
  private final RawDataset raw;
  private final Broadcast<SerializableConfiguration> configuration;

  FileSource(JavaSparkContext spark, RawDataset raw) {
    this.spark = spark;
    this.raw = raw;
    this.configuration =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  @Override
  public Survey survey(ImageOptions options, Progress progress) {
    RawDataset source = raw;
    Broadcast<SerializableConfiguration> conf = configuration;
    SizeQuestion question = SizeQuestion.of(raw, options);
    JavaRDD<RawPart> parts = parts();
    List<TaskAnswer<PartCount>> counts =
        TaskProgress.during(
            spark,
            progress,
            "count",
            parts.getNumPartitions(),
            "parts",
            () ->
                parts
                    .map(
                        part ->
                            TaskAnswer.of(
                                () -> PartCount.of(conf.value().value(), source, part, question)))
                    .collect());
    return new Survey(raw, TaskAnswer.values(counts));
  }

  @Override
  public String item() {
    return "file";
  }

  @Override
  public JavaPairRDD<ExamplePlace, PlacedImage> placed(ShardingPlan plan) {
    RawDataset source = raw;
    Broadcast<SerializableConfiguration> conf = configuration;
    ShardingPlan all = plan.forTasks();
    return parts()
        .zip(parallel(plan.parts()))
        .flatMapToPair(part -> placed(conf, source, all, part._1(), part._2()));
  }

  private JavaRDD<RawPart> parts() {
    return parallel(raw.parts());
  }

  /** A task for each; Spark wants one at least. */
  private <T> JavaRDD<T> parallel(List<T> items) {
    return spark.parallelize(items, Math.max(1, items.size()));
  }

  private static Iterator<Tuple2<ExamplePlace, PlacedImage>> placed(
      Broadcast<SerializableConfiguration> configuration,
      RawDataset raw,
      ShardingPlan plan,
      RawPart part,
      PlannedPart planned)
      throws IOException {
    RawRecords records = TaskRecords.open(configuration.value().value(), raw, part);
    return new PlacedPairs(new PartPlacement(plan, planned, records));
  }
}
