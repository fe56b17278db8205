package org.sscspark.data.sharding;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.raw.RawContent;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawPart;
import org.sscspark.data.raw.RawRecords;
import org.sscspark.storage.Storage;

/** Sharding in one thread and in memory: what jobs on Spark must write, byte for byte. */
public final class LocalSharding {
  private LocalSharding() {}

  /**
   * Writes a data set.
   *
   * @throws org.sscspark.config.BadInputException if the raw data cannot be used, or there is
   *     something at the location already
   */
  public static DatasetManifest write(
      Configuration configuration, RawDataset raw, ShardingOptions options, URI location)
      throws IOException {
    try (DatasetFolder folder = DatasetFolder.create(configuration, location)) {
      List<RawPart> parts = raw.parts();
      List<PartCount> counts = new ArrayList<>();
      SizeQuestion question = SizeQuestion.of(raw, options.images());
      for (RawPart part : parts) {
        counts.add(PartCount.of(configuration, raw, part, question));
      }
      ShardingPlan plan = ShardingPlan.of(raw, counts, options);
      List<List<PlacedImage>> images = new ArrayList<>();
      for (int shard = 0; shard < plan.shards(); shard++) {
        images.add(new ArrayList<>());
      }
      for (int part = 0; part < parts.size(); part++) {
        try (RawRecords records = raw.open(configuration, parts.get(part), RawContent.IMAGES)) {
          new PartPlacement(plan, plan.parts().get(part), records)
              .forEachRemaining(image -> images.get(image.place().shard()).add(image));
        }
      }
      FileSystem fileSystem = Storage.fileSystem(configuration, folder.attempts());
      List<WrittenShard> written = new ArrayList<>();
      for (int shard = 0; shard < plan.shards(); shard++) {
        images.get(shard).sort(Comparator.comparing(PlacedImage::place));
        Path attempt = new Path(new Path(folder.attempts()), "attempt-" + shard);
        written.add(
            WrittenShard.write(plan, shard, fileSystem, attempt, images.get(shard).iterator()));
      }
      return plan.commit(folder, written, "file");
    }
  }
}
