package org.sscspark.spark.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
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
   * @param processorSeconds of all threads of this process meanwhile
   */
  public record Result(int side, long images, double seconds, double processorSeconds) {
    /** Images a second of processor time: of one core, whatever else the machine does. */
    @JsonProperty
    public double imagesPerProcessorSecond() {
      return images / processorSeconds;
    }

    /** In one line. */
    public String text() {
      return String.format(
          Locale.ROOT,
          "random-resized-crop to %dx%d: %.0f images a second of processor time (%d images, %.1f s of"
              + " the processor, %.1f s)",
          side,
          side,
          imagesPerProcessorSecond(),
          images,
          processorSeconds,
          seconds);
    }
  }

  /**
   * Reads epochs until the time is up, and before that a quarter of it to warm up.
   *
   * @param data holds image files
   * @param augmentation has a size and a random-resized-crop
   */
  public static Result run(DatasetReference data, Augmentation augmentation, double seconds) {
    Dataset dataset = data.resized(augmentation.resize()).open();
    measure(dataset, augmentation, seconds / 4);
    return measure(dataset, augmentation, seconds);
  }

  private static Result measure(Dataset dataset, Augmentation augmentation, double seconds) {
    long images = 0;
    long start = System.nanoTime();
    long processorStart = processorNanos();
    double taken = 0;
    for (int epoch = 0; taken < seconds; epoch++) {
      images += epoch(dataset, augmentation, epoch);
      taken = (System.nanoTime() - start) / 1e9;
    }
    return new Result(
        dataset.manifest().shape().height(),
        images,
        taken,
        (processorNanos() - processorStart) / 1e9);
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
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
