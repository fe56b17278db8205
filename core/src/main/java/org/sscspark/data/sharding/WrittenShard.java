package org.sscspark.data.sharding;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DecodedImage;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageHeader;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ShardExample;
import org.sscspark.data.ShardFile;
import org.sscspark.data.ShardWriter;
import org.sscspark.data.Turn;

/**
 * A shard that an attempt has written.
 *
 * @param attempt the file that the attempt wrote
 * @param file the shard under the name that it will have
 * @param corrupt images that cannot be decoded; they are not in the file
 * @param misfits images that have another size than the others; they are not in the file
 */
public record WrittenShard(
    String attempt,
    ShardFile file,
    ShardStatistics statistics,
    RejectedImages corrupt,
    RejectedImages misfits)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Decodes and writes the images of a shard.
   *
   * @param attempt a file of this attempt's own
   * @param images the images of the shard, in order
   */
  public static WrittenShard write(
      ShardingPlan plan,
      int shard,
      FileSystem fileSystem,
      Path attempt,
      Iterator<PlacedImage> images)
      throws IOException {
    ShardWriter writer = new ShardWriter(fileSystem, attempt, plan.images().sizes());
    Writing writing = new Writing(plan, writer);
    try (writer) {
      while (images.hasNext()) {
        writing.add(images.next());
      }
    }
    return new WrittenShard(
        attempt.getName(),
        writer.description(name(shard)),
        writing.statistics.statistics(),
        writing.corrupt.rejected(),
        writing.misfits.rejected());
  }

  /**
   * Checks that a shard is not longer than what is read at once: the lengths of files differ.
   *
   * @param shards how many of them were planned
   */
  static void requireReadable(ShardFile file, int shards) {
    if (file.bytes() > ShardFile.MOST_BYTES) {
      long times = (file.bytes() + ShardFile.MOST_BYTES - 1) / ShardFile.MOST_BYTES;
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s has %,d bytes, but a shard is read at once and has less than 2 GiB; give --shards %d or more",
              file.file(),
              file.bytes(),
              times * shards));
    }
  }

  /** Returns this shard under another number. */
  WrittenShard numbered(int shard) {
    ShardFile renamed = new ShardFile(name(shard), file.examples(), file.bytes(), file.sha256());
    return new WrittenShard(attempt, renamed, statistics, corrupt, misfits);
  }

  private static String name(int shard) {
    return String.format(Locale.ROOT, "%s/part-%05d.parquet", DatasetFolder.SHARDS, shard);
  }

  /** Writes sound images, and collects the others. */
  private static final class Writing {
    private final ImagePlan plan;
    private final ShardWriter writer;
    private final ImageDecoder decoder;
    private final ShardStatistics.Accumulator statistics;
    private final RejectedImages.Collector corrupt;
    private final RejectedImages.Collector misfits = new RejectedImages.Collector(false);

    Writing(ShardingPlan plan, ShardWriter writer) {
      this.plan = plan.images();
      this.writer = writer;
      ImageSizes sizes = this.plan.sizes();
      decoder =
          (this.plan.resize() ? ImageDecoder.resizedTo(sizes.shape()) : ImageDecoder.original())
              .withLimits(this.plan.limits());
      statistics = new ShardStatistics.Accumulator(plan.classes().size(), sizes.channels());
      corrupt = new RejectedImages.Collector(this.plan.skipCorrupt());
    }

    void add(PlacedImage image) throws IOException {
      if (!image.problem().isEmpty()) {
        corrupt.add(image, "cannot be used (" + image.problem() + ")");
      } else if (plan.files()) {
        addFile(image);
      } else {
        store(image, image.image(), plan.sizes().maxHeight(), plan.sizes().maxWidth());
      }
    }

    private void addFile(PlacedImage image) throws IOException {
      DecodedImage decoded;
      try {
        decoded = decoder.decode(image.image());
      } catch (IOException | RuntimeException e) {
        // ImageIO's readers throw all kinds of runtime exceptions on corrupt files.
        corrupt.add(image, "cannot be decoded (" + ImageDecoder.reason(e) + ")");
        return;
      }
      if (plan.sizes().isOne() && !decoded.shape().equals(plan.sizes().shape())) {
        misfits.add(image, ImagePlan.otherSize(decoded.shape(), plan.sizes().shape()));
        return;
      }
      if (ImageHeader.of(image.image()).turn() != Turn.NONE) {
        statistics.addTurned();
      }
      store(image, decoded.pixels(), decoded.shape().height(), decoded.shape().width());
    }

    private void store(PlacedImage image, byte[] pixels, int height, int width) throws IOException {
      statistics.add(image.label(), pixels, height, width);
      byte[] stored = plan.encoding() == ImageEncoding.RAW ? pixels : image.image();
      writer.write(new ShardExample(image.place().id(), image.label(), stored, height, width));
    }
  }
}
