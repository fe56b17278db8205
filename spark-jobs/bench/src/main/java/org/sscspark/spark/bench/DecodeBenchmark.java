package org.sscspark.spark.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.engine.InputLayout;
import org.sscspark.spark.dataset.DatasetReference;

/** How many photographs a second become a network's input: decoded, cropped, scaled, normalised. */
public final class DecodeBenchmark {
  private static final int BATCH = 32;

  private DecodeBenchmark() {}

  /**
   * What was measured.
   *
   * @param images decoded while time was taken
   * @param seconds it took on all cores together
   * @param cores that decoded
   */
  public record Result(int side, long images, double seconds, int cores) {
    /** Images a second of one core. */
    @JsonProperty
    public double imagesPerSecondPerCore() {
      return images / seconds / cores;
    }

    /** In one line. */
    public String text() {
      return String.format(
          Locale.ROOT,
          "random-resized-crop to %dx%d: %.0f images/s a core (%d images, %d cores, %.1f s)",
          side,
          side,
          imagesPerSecondPerCore(),
          images,
          cores,
          seconds);
    }
  }

  /**
   * Reads epochs until the time is up; the first warms up.
   *
   * @param data holds image files
   * @param augmentation has a size and a random-resized-crop
   */
  public static Result run(DatasetReference data, Augmentation augmentation, double seconds) {
    Dataset dataset = data.resized(augmentation.resize()).open();
    int side =
        augmentation
            .resize()
            .orElseThrow(() -> new BadInputException("Give train.augmentation.resize, as in 224"));
    epoch(dataset, augmentation, 0);
    long images = 0;
    long start = System.nanoTime();
    double taken = 0;
    for (int epoch = 1; taken < seconds; epoch++) {
      images += epoch(dataset, augmentation, epoch);
      taken = (System.nanoTime() - start) / 1e9;
    }
    return new Result(side, images, taken, Runtime.getRuntime().availableProcessors());
  }

  private static long epoch(Dataset dataset, Augmentation augmentation, int epoch) {
    EpochOrder order = EpochOrder.of(dataset.manifest(), 0, epoch, 1);
    long images = 0;
    try (MinibatchReader reader =
        new MinibatchReader(
            dataset,
            MinibatchPlan.epoch(order, 0, BATCH),
            new ImageTransform(augmentation, Normalization.of(dataset.manifest())),
            InputLayout.nchw(dataset.manifest().shape(), BATCH))) {
      while (reader.hasNext()) {
        images += reader.next().count();
      }
    }
    return images;
  }
}
