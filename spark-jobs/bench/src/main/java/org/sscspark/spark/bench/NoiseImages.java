package org.sscspark.spark.bench;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** A data set of noise in memory. */
final class NoiseImages {
  static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);
  static final int CLASSES = 10;

  private NoiseImages() {}

  /** So many images, of each class in turn. */
  static Dataset of(int examples) {
    RandomStream random = RandomStream.of(0, Purpose.SYNTHETIC_IMAGE);
    byte[] pixels = new byte[Math.multiplyExact(examples, SHAPE.size())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    long[] ids = LongStream.range(0, examples).toArray();
    int[] labels = IntStream.range(0, examples).map(n -> n % CLASSES).toArray();
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            "noise",
            ImageSizes.of(SHAPE),
            ImageEncoding.RAW,
            IntStream.range(0, CLASSES).mapToObj(k -> "class-" + k).toList(),
            IntStream.range(0, CLASSES)
                .mapToObj(k -> IntStream.of(labels).filter(label -> label == k).count())
                .toList(),
            examples,
            0,
            Collections.nCopies(SHAPE.channels(), 127.5),
            Collections.nCopies(SHAPE.channels(), 73.9),
            List.of(new ShardFile("noise", examples, pixels.length, "")),
            new DatasetSource("synthetic", "noise", "", "all"),
            ReadingNotes.none());
    return Dataset.inMemory(manifest, List.of(new ImageBlock(SHAPE, pixels, ids, labels)));
  }
}
