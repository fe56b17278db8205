package org.sscspark.spark.train;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.raw.Synthetic;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.network.FeatureShape;

/** Small generated data sets on disk. */
public final class TinyData {
  private TinyData() {}

  /** Writes a data set of 3 classes of 3x8x8 images in 3 shards. */
  public static URI write(Path folder, int examples) throws IOException {
    return write(folder, examples, new FeatureShape(3, 8, 8), 3);
  }

  /** Writes a data set in 3 shards. */
  public static URI write(Path folder, int examples, FeatureShape shape, int classes)
      throws IOException {
    LocalSharding.write(
        new Configuration(false),
        new Synthetic(examples, classes, shape, 3, "train"),
        ShardingOptions.of("tiny", 7).withShards(3),
        folder.toUri());
    return folder.toUri();
  }

  /** A data set of the same shards whose images are as high as those of the other are wide. */
  public static URI turned(URI set, Path folder) throws IOException {
    URI swapped = described(set, folder.resolve("swapped"), "\"height\"", "\"was-height\"");
    swapped = described(swapped, folder.resolve("half"), "\"width\"", "\"height\"");
    return described(swapped, folder.resolve("turned"), "\"was-height\"", "\"width\"");
  }

  /** A data set of the same shards, of which something else is said. */
  public static URI described(URI set, Path folder, String said, String instead)
      throws IOException {
    Path from = Path.of(set);
    Files.createDirectories(folder.resolve("shards"));
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(from.relativize(file).toString()));
      }
    }
    Path manifest = folder.resolve(DatasetManifest.FILE_NAME);
    Files.writeString(manifest, Files.readString(manifest).replace(said, instead));
    Files.deleteIfExists(folder.resolve("." + DatasetManifest.FILE_NAME + ".crc"));
    return folder.toUri();
  }
}
