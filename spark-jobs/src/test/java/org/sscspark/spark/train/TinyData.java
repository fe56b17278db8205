package org.sscspark.spark.train;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
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
}
