package org.sscspark.spark.trial;

import org.sscspark.training.EpochMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * Stops a run after so many complete epochs, unless it ends there anyway. Their checkpoint is
 * written by then, and the run can resume from it as if it had never stopped.
 *
 * @param epochs after which it stops
 * @param whole epochs of the whole run
 */
record Pause(int epochs, int whole) implements TrainingListener {
  /** Not a failure: the run has come as far as it should. */
  static final class ReachedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void onStart(TrainingState start) {
    stopAt(start);
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    stopAt(state);
  }

  private void stopAt(TrainingState state) {
    if (epochs < whole && state.progress().epoch() >= epochs) {
      throw new ReachedException();
    }
  }
}
