package org.sscspark.spark.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointSettings;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.FileContent;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.dl4j.ModelZip;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;
import org.sscspark.training.UpdaterSettings;

/**
 * Writes a run's metrics and checkpoints. An epoch's metrics come before its checkpoint: a run
 * killed between the two repeats rounds and writes them again.
 */
final class RunWriter implements TrainingListener {
  /** The model for DL4J; the exact state is in files of its own. */
  private static final String MODEL_ZIP = "model.zip";

  private final RunDirectory run;
  private final CheckpointStore store;
  private final CheckpointSettings settings;
  private final IUpdater updater;
  private final NetworkSpec network;
  private final SavedModel.Input input;

  RunWriter(
      RunDirectory run,
      CheckpointStore store,
      Experiment experiment,
      NetworkSpec network,
      SavedModel.Input input) {
    this.run = run;
    this.store = store;
    this.settings = experiment.checkpoint();
    this.updater = dl4j(experiment.train());
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
    Map<String, FileContent> files = new SavedModel(network, input, state).files();
    files.put(
        MODEL_ZIP,
        out -> ModelZip.write(out, network, state.parameters(), updater, state.updaterState()));
    try {
      Checkpoint committed = store.commit(state.progress().globalRound(), score, files);
      store.removeOld(committed, settings.keep());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The recipe's updater as DL4J would go on with it, at the rate after warm-up. */
  private static IUpdater dl4j(Recipe recipe) {
    UpdaterSettings settings = recipe.updater();
    double rate = recipe.learningRate();
    return switch (settings.kind()) {
      case NESTEROV -> new Nesterovs(rate, settings.momentum());
      case ADAM -> new Adam(rate, settings.beta1(), settings.beta2(), settings.epsilon());
      case SGD -> new Sgd(rate);
    };
  }
}
