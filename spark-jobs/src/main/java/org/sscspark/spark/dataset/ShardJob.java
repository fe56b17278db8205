package org.sscspark.spark.dataset;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.sharding.DatasetFolder;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.report.Progress;
import org.sscspark.storage.Storage;

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
    request.input().files().ifPresent(in -> requireApart(configuration, in, request.out()));
    return new ShardJob(
        request, request.input().find(configuration, request.options().images().limits()));
  }

  /** What lies among the images would be taken for one of their folders the next time. */
  private static void requireApart(Configuration configuration, URI in, URI out) {
    Path images = qualified(configuration, in);
    Path folder = qualified(configuration, out);
    for (Path around = folder.getParent(); around != null; around = around.getParent()) {
      if (around.equals(images)) {
        throw new BadInputException(
            "%s lies in %s, which is read; give an --out beside --in".formatted(folder, images));
      }
    }
  }

  private static Path qualified(Configuration configuration, URI location) {
    return Storage.fileSystem(configuration, location).makeQualified(Storage.path(location));
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
