package org.sscspark.spark.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointSettings;
import org.sscspark.checkpoint.CheckpointWriter;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.evaluate.Dl4jModel;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.storage.FileContent;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.MetricsJson;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/**
 * Writes a run's metrics and checkpoints. An epoch's metrics come before its checkpoint: a run
 * killed between the two repeats rounds and writes them again.
 */
final class RunWriter implements TrainingListener {
  private final RunDirectory run;
  private final CheckpointWriter checkpoints;
  private final CheckpointSettings settings;
  private final Recipe recipe;
  private final OptimizerStateMode optimizerState;
  private final RoundPlan rounds;
  private final Supplier<NetworkSpec> network;
  private final SavedModel.Input input;
  private final boolean scored;

  /**
   * Makes a writer.
   *
   * @param network that the latest round trained
   * @param scored whether an evaluation tells the best checkpoint: not while the network is not yet
   *     the one that the run is for
   */
  RunWriter(
      RunDirectory run,
      CheckpointWriter checkpoints,
      Experiment experiment,
      RoundPlan rounds,
      Supplier<NetworkSpec> network,
      SavedModel.Input input,
      boolean scored) {
    this.run = run;
    this.checkpoints = checkpoints;
    this.settings = experiment.checkpoint();
    this.recipe = experiment.train();
    this.optimizerState = experiment.averaging().optimizerState();
    this.rounds = rounds;
    this.network = network;
    this.input = input;
    this.scored = scored;
  }

  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    boolean epochContinues = state.progress().epoch() == metrics.epoch();
    if (epochContinues && metrics.globalRound() % settings.everyRounds() == 0) {
      commit(state, Optional.empty());
    }
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    try {
      run.metrics().write(metrics.epoch() + 1, MetricsJson.line(metrics));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commit(state, metrics.evaluation().filter(unused -> scored).map(tally -> tally.accuracy()));
  }

  private void commit(TrainingState state, Optional<Double> score) {
    SavedModel model = new SavedModel(network.get(), input, state);
    Map<String, FileContent> files = model.files();
    if (settings.modelZip() && (isLast(state) || isBest(state))) {
      files.put(Dl4jModel.FILE, new Dl4jModel(model, recipe, optimizerState));
    }
    try {
      Checkpoint committed = checkpoints.commit(state.progress().globalRound(), score, files);
      checkpoints.removeOld(committed, settings.keep());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isLast(TrainingState state) {
    return recipe.complete(state, rounds);
  }

  private static boolean isBest(TrainingState state) {
    long round = state.progress().globalRound();
    return state.best().filter(best -> best.globalRound() == round).isPresent();
  }
}
