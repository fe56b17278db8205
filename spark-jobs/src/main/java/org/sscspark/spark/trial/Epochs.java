package org.sscspark.spark.trial;

import java.util.function.Consumer;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * Tells the metrics of each epoch, and then pauses if it is time.
 *
 * @param lines takes metrics as {@link MetricsJson} writes them
 */
record Epochs(Consumer<String> lines, Pause pause) implements TrainingListener {
  @Override
  public void onStart(TrainingState start) {
    pause.onStart(start);
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    lines.accept(MetricsJson.line(metrics));
    pause.onEpoch(metrics, state);
  }
}
