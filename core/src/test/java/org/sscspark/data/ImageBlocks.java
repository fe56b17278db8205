package org.sscspark.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Small data sets in memory. */
public final class ImageBlocks {
  private ImageBlocks() {}

  /** Returns a data set of random images whose ids count up, with shards of these sizes. */
  public static Dataset random(FeatureShape shape, int classes, int... shardSizes) {
    RandomStream random = RandomStream.of(7, Purpose.SYNTHETIC_IMAGE, shardSizes.length);
    List<ImageBlock> blocks = new ArrayList<>();
    List<Long> counts = new ArrayList<>(Collections.nCopies(classes, 0L));
    long id = 0;
    for (int size : shardSizes) {
      byte[] pixels = new byte[size * shape.size()];
      long[] ids = new long[size];
      int[] labels = new int[size];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) random.nextInt(256);
      }
      for (int n = 0; n < size; n++) {
        ids[n] = id++;
        labels[n] = random.nextInt(classes);
        counts.set(labels[n], counts.get(labels[n]) + 1);
      }
      blocks.add(new ImageBlock(shape, pixels, ids, labels));
    }
    return Dataset.inMemory(manifest(shape, counts, shardSizes), blocks);
  }

  /** Returns a manifest of shards of these sizes. */
  static DatasetManifest manifest(FeatureShape shape, List<Long> classCounts, int... shardSizes) {
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        "random",
        ImageSizes.of(shape),
        ImageEncoding.RAW,
        IntStream.range(0, classCounts.size()).mapToObj(k -> "class-" + k).toList(),
        classCounts,
        IntStream.of(shardSizes).sum(),
        7,
        IntStream.range(0, shape.channels()).mapToObj(c -> 120.0 + c).toList(),
        IntStream.range(0, shape.channels()).mapToObj(c -> 60.0 + c).toList(),
        IntStream.range(0, shardSizes.length)
            .mapToObj(s -> new ShardFile("shards/part-0000" + s + ".parquet", shardSizes[s], 1, ""))
            .toList(),
        new DatasetSource("synthetic", "random", "", "all"),
        ReadingNotes.none());
  }
}
