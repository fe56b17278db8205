package org.sscspark.spark.dataset;

import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.sscspark.data.raw.RawDescription;
import org.sscspark.data.sharding.ExamplePlace;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.PartCount;
import org.sscspark.data.sharding.PlacedImage;
import org.sscspark.data.sharding.ShardingPlan;
import org.sscspark.report.Progress;

/** Labelled images that tasks read, part by part, always in the same order. */
public interface RecordSource {
  /**
   * Counts what there is, part by part.
   *
   * @throws org.sscspark.config.BadInputException if it cannot be used
   */
  Survey survey(ImageOptions options, Progress progress);

  /** Returns the images of all parts, each with its place; reads when Spark asks. */
  JavaPairRDD<ExamplePlace, PlacedImage> placed(ShardingPlan plan);

  /** What holds an image, in one word, for messages. */
  String item();

  /** What there is. */
  record Survey(RawDescription description, List<PartCount> parts) {}
}
