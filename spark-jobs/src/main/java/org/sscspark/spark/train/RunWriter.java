package org.sscspark.spark.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointSettings;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * Writes a run's metrics and checkpoints. An epoch's metrics come before its checkpoint: a run
 * killed between the two repeats rounds and writes them again.
 */
final class RunWriter implements TrainingListener {
  private final RunDirectory run;
  private final CheckpointStore store;
  private final CheckpointSettings settings;
  private final NetworkSpec network;
  private final SavedModel.Input input;

  RunWriter(
      RunDirectory run,
      CheckpointStore store,
      CheckpointSettings settings,
      NetworkSpec network,
      SavedModel.Input input) {
    this.run = run;
    this.store = store;
    this.settings = settings;
    this.network = network;
    this.input = input;
  }

  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    boolean epochGoesOn = state.progress().epoch() == metrics.epoch();
    if (epochGoesOn && metrics.globalRound() % settings.everyRounds() == 0) {
      commit(state, Optional.empty());
    }
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    try {
      run.writeMetrics(metrics.epoch() + 1, MetricsJson.line(metrics));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commit(state, metrics.evaluation().map(tally -> tally.accuracy()));
  }

  private void commit(TrainingState state, Optional<Double> score) {
    try {
      Checkpoint committed =
          store.commit(
              state.progress().globalRound(), score, new SavedModel(network, input, state).files());
      store.removeOld(committed, settings.keep());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
