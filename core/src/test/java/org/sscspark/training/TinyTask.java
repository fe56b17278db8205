package org.sscspark.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DatasetSource;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageSizes;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.ShardFile;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** A data set of small images with bright bands, a network and recipes, for tests of training. */
final class TinyTask {
  static final FeatureShape SHAPE = new FeatureShape(3, 8, 8);
  static final int CLASSES = 4;

  private TinyTask() {}

  /** Images of noise in which the class's band is brighter, in three shards. */
  static Dataset dataset(int examples) {
    List<ImageBlock> blocks = new ArrayList<>();
    List<ShardFile> files = new ArrayList<>();
    List<Long> classCounts = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      int begin = shard * examples / 3;
      int end = (shard + 1) * examples / 3;
      blocks.add(block(begin, end));
      files.add(new ShardFile("shard-" + shard, end - begin, 0, ""));
    }
    for (int label = 0; label < CLASSES; label++) {
      int wanted = label;
      classCounts.add(IntStream.range(0, examples).filter(id -> id % CLASSES == wanted).count());
    }
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            "bands",
            ImageSizes.of(SHAPE),
            ImageEncoding.RAW,
            List.of("a", "b", "c", "d"),
            classCounts,
            examples,
            1,
            List.of(100.0, 100.0, 100.0),
            List.of(50.0, 50.0, 50.0),
            files,
            new DatasetSource("test", "noise", "", "all"),
            ReadingNotes.none());
    return Dataset.inMemory(manifest, blocks);
  }

  private static ImageBlock block(int begin, int end) {
    byte[] pixels = new byte[(end - begin) * SHAPE.size()];
    long[] ids = new long[end - begin];
    int[] labels = new int[end - begin];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (long) begin + i;
      labels[i] = (begin + i) % CLASSES;
      RandomStream noise = RandomStream.of(7, Purpose.SYNTHETIC_IMAGE, ids[i]);
      for (int p = 0; p < SHAPE.size(); p++) {
        int band = p / SHAPE.width() % SHAPE.height() * CLASSES / SHAPE.height();
        pixels[i * SHAPE.size() + p] = (byte) (noise.nextInt(120) + (band == labels[i] ? 100 : 0));
      }
    }
    return new ImageBlock(SHAPE, pixels, ids, labels);
  }

  static NetworkSpec network() {
    return ModelZoo.named("convnet", SHAPE, CLASSES, 0.25);
  }

  static float[] parameters(long seed) {
    return Initialization.parameters(network(), FanIn.values()[0], seed);
  }

  static Recipe recipe(int epochs, Optimizer optimizer, double learningRate) {
    return new Recipe(
        epochs,
        8,
        optimizer,
        List.of(),
        List.of(),
        learningRate,
        new ScheduleSettings(ScheduleSettings.Kind.COSINE, List.of(), 0.1, 0.5),
        0.1,
        Augmentation.cropAndFlip(1),
        List.of(),
        Ema.NONE,
        0,
        0);
  }
}
