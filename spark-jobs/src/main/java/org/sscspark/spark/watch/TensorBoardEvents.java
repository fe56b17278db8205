package org.sscspark.spark.watch;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.exchange.EventFile;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingState;

/**
 * Writes a run's curves for TensorBoard: a file for each epoch in {@code tensorboard/}, since not
 * every file system can append. An epoch that is repeated writes its file again. Steps of rounds
 * are iterations; those of epochs are epochs from 1.
 */
public final class TensorBoardEvents implements RunListener {
  private static final double MILLI = 1e-3;

  private final RunDirectory run;
  private final List<Point> points = new ArrayList<>();

  private record Point(String tag, double value, long step, double wallSeconds) {}

  /** Writes into a run's folder. */
  public TensorBoardEvents(RunDirectory run) {
    this.run = run;
  }

  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    add(Scalars.of(metrics), metrics.iteration());
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    int epoch = metrics.epoch() + 1;
    add(Scalars.of(metrics), epoch);
    try {
      run.write(
          // TensorBoard reads files in the order of their names.
          String.format(Locale.ROOT, "tensorboard/events.out.tfevents.%010d.ssc", epoch),
          this::writeTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    points.clear();
  }

  private void add(Map<String, Double> scalars, long step) {
    double now = MILLI * System.currentTimeMillis();
    scalars.forEach((tag, value) -> points.add(new Point(tag, value, step, now)));
  }

  private void writeTo(OutputStream out) throws IOException {
    EventFile file = new EventFile(out, points.get(0).wallSeconds());
    for (Point point : points) {
      file.scalar(point.tag(), point.value(), point.step(), point.wallSeconds());
    }
  }
}
