package org.sscspark.spark.dataset;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.sharding.DatasetFolder;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.report.Progress;

/** Shards what a request asks for. */
public final class ShardJob {
  private final ShardRequest request;
  private final ShardInput.Found input;

  private ShardJob(ShardRequest request, ShardInput.Found input) {
    this.request = request;
    this.input = input;
  }

  /**
   * What came of it.
   *
   * @param warnings what the user should know, a sentence each
   */
  public record Sharded(DatasetDescription description, List<String> warnings) {}

  /**
   * Looks at what can be looked at without Spark, so that a mistake is told at once.
   *
   * @throws org.sscspark.config.BadInputException if there is nothing to shard, or something where
   *     it should go
   */
  public static ShardJob of(Configuration configuration, ShardRequest request) throws IOException {
    DatasetFolder.rejectExisting(configuration, request.out());
    request
        .input()
        .files()
        .ifPresent(in -> OutPlace.requireOutside(configuration, request.out(), in));
    return new ShardJob(
        request, request.input().find(configuration, request.options().images().limits()));
  }

  /**
   * Counts the images and decides where they go; writes nothing.
   *
   * @throws org.sscspark.config.BadInputException if they cannot be used
   */
  public ShardPreview preview(SparkSession session, Progress progress) {
    return ShardPreview.of(request.out(), sharding(session, progress).plan(request.options()));
  }

  /**
   * Makes the data set.
   *
   * @throws org.sscspark.config.BadInputException if the images cannot be used; nothing is written
   *     then
   */
  public Sharded run(SparkSession session, Progress progress) throws IOException {
    ShardingJob sharding = sharding(session, progress);
    ShardingPlan plan = sharding.plan(request.options());
    DatasetManifest manifest = sharding.write(plan, request.out());
    return new Sharded(DatasetDescription.of(request.out(), manifest), plan.warnings(manifest));
  }

  private ShardingJob sharding(SparkSession session, Progress progress) {
    return new ShardingJob(
        JavaSparkContext.fromSparkContext(session.sparkContext()), input.open(session), progress);
  }
}
