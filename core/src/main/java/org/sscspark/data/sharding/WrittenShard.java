package org.sscspark.data.sharding;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.data.DecodedImage;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ShardExample;
import org.sscspark.data.ShardFile;
import org.sscspark.data.ShardWriter;

/**
 * A shard that an attempt has written.
 *
 * @param attempt the file that the attempt wrote
 * @param file the shard under the name that it will have
 */
public record WrittenShard(String attempt, ShardFile file, ShardStatistics statistics)
    implements Serializable {

  /**
   * Decodes and writes the images of a shard.
   *
   * @param attempt a file of this attempt's own
   * @param images the images of the shard, in order
   * @throws org.sscspark.config.BadInputException if one cannot be decoded or has another shape
   */
  public static WrittenShard write(
      ShardingPlan plan,
      int shard,
      FileSystem fileSystem,
      Path attempt,
      Iterator<PlacedImage> images)
      throws IOException {
    ShardStatistics.Accumulator statistics =
        new ShardStatistics.Accumulator(plan.classes().size(), plan.shape());
    ImageDecoder decoder =
        plan.resize() ? ImageDecoder.resizedTo(plan.shape()) : ImageDecoder.original();
    ShardWriter writer = new ShardWriter(fileSystem, attempt);
    try (writer) {
      while (images.hasNext()) {
        PlacedImage image = images.next();
        byte[] pixels = plan.imageFiles() ? decode(plan, decoder, image) : image.image();
        statistics.add(image.label(), pixels);
        byte[] stored = plan.encoding() == ImageEncoding.RAW ? pixels : image.image();
        writer.write(new ShardExample(image.place().id(), image.label(), stored));
      }
    }
    return new WrittenShard(
        attempt.getName(), writer.description(name(shard)), statistics.statistics());
  }

  private static byte[] decode(ShardingPlan plan, ImageDecoder decoder, PlacedImage image) {
    DecodedImage decoded = decoder.decode(image.image(), image.where());
    if (!decoded.shape().equals(plan.shape())) {
      throw ShardingPlan.mixedSizes(image.where(), decoded.shape(), plan.shape());
    }
    return decoded.pixels();
  }

  private static String name(int shard) {
    return String.format(Locale.ROOT, "%s/part-%05d.parquet", DatasetFolder.SHARDS, shard);
  }
}
