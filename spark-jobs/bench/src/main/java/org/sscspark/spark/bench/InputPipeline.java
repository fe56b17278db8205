package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.List;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.engine.Replica;

/**
 * What it costs to bring images from shards into the engine's layout, with crop and flip, beside a
 * step.
 *
 * @param prepareMillis to prepare a minibatch while nothing else runs
 * @param prepareShare of that in a step's time
 * @param waitMillis that a step waits for its minibatch, which another thread prepares meanwhile
 * @param waitShare of that in the time of step and waiting
 */
public record InputPipeline(
    double prepareMillis, double prepareShare, double waitMillis, double waitShare) {
  private static final Augmentation AUGMENTATION =
      new Augmentation(4, Augmentation.Flip.HORIZONTAL);

  static InputPipeline measure(Dataset data, ReplicaStep step, double stepMillis, double seconds) {
    Source source = new Source(data, step.replica());
    List<Double> prepared = new ArrayList<>();
    List<Double> waited = new ArrayList<>();
    try (source) {
      RoundBenchmark.measure(
          counts -> {
            double millis = source.next();
            if (counts) {
              prepared.add(millis);
            }
          },
          seconds / 2);
      RoundBenchmark.measure(
          counts -> {
            double millis = source.next();
            step.setInput(source.current.input());
            step.run();
            if (counts) {
              waited.add(millis);
            }
          },
          seconds / 2);
    }
    double prepare = mean(prepared);
    double wait = mean(waited);
    return new InputPipeline(prepare, prepare / stepMillis, wait, wait / (wait + stepMillis));
  }

  private static double mean(List<Double> millis) {
    return millis.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Full minibatches without end, epoch after epoch. */
  private static final class Source implements AutoCloseable {
    private final Dataset dataset;
    private final Replica replica;
    private MinibatchReader reader;
    private int epoch;
    private Minibatch current;

    Source(Dataset dataset, Replica replica) {
      this.dataset = dataset;
      this.replica = replica;
    }

    /** Takes the next minibatch and returns for how many milliseconds it had to wait. */
    double next() {
      long start = System.nanoTime();
      if (reader == null || !reader.hasNext()) {
        close();
        EpochOrder order = EpochOrder.of(dataset.manifest(), 0, epoch++, 1);
        reader =
            new MinibatchReader(
                dataset,
                MinibatchPlan.epoch(order, 0, replica.capacity()),
                new ImageTransform(AUGMENTATION, Normalization.of(dataset.manifest())),
                replica.inputLayout());
      }
      current = reader.next();
      return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
