package org.sscspark.spark.train;

import java.util.Locale;
import org.sscspark.report.Progress;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/** Tells a {@link Progress} of rounds and epochs. */
final class ProgressLines implements TrainingListener {
  private final Progress.Stage stage;
  private final int epochs;
  private long images;
  private String lastTest = "";

  ProgressLines(Progress.Stage stage, int epochs) {
    this.stage = stage;
    this.epochs = epochs;
  }

  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    images += metrics.tally().examples();
    stage.at(
        images,
        String.format(
            Locale.ROOT,
            "epoch %d/%d, round %d, loss %.4f, accuracy %.1f %%%s",
            metrics.epoch() + 1,
            epochs,
            metrics.round() + 1,
            metrics.tally().loss(),
            100 * metrics.tally().accuracy(),
            lastTest));
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    metrics
        .evaluation()
        .ifPresent(
            test ->
                lastTest =
                    String.format(Locale.ROOT, ", test accuracy %.2f %%", 100 * test.accuracy()));
  }
}
