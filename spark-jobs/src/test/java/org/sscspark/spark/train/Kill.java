package org.sscspark.spark.train;

import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/** Stops a run as a killed driver would, after a round or, the epoch being saved, after it. */
record Kill(long round, boolean saved) implements TrainingListener {
  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    if (!saved && metrics.globalRound() == round) {
      throw new IllegalStateException("killed");
    }
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    if (saved && state.progress().globalRound() == round) {
      throw new IllegalStateException("killed");
    }
  }
}
