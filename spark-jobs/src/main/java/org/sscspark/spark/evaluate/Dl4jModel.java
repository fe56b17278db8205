package org.sscspark.spark.evaluate;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.OutputStream;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.dl4j.ModelZip;
import org.sscspark.optimizer.Adam;
import org.sscspark.optimizer.DecayedOptimizer;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.Sgd;
import org.sscspark.spark.averaging.AveragingSettings;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.storage.FileContent;
import org.sscspark.training.Recipe;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/**
 * A checkpoint as DL4J's model zip: its network, parameters and updater state. Needs ND4J's native
 * libraries, as nothing else about a checkpoint does.
 *
 * <p>Its updater goes on as the run would have, with the decay of weights; the decay of biases and
 * batch norm's scales and shifts, which DL4J would not take, is left out.
 *
 * @param recipe by which the model was trained
 * @param rounds what happened to the optimizer's state at the end of a round
 */
public record Dl4jModel(SavedModel model, Recipe recipe, OptimizerStateMode rounds)
    implements FileContent {
  /** The name of the zip in a checkpoint. */
  public static final String FILE = "model.zip";

  /**
   * The model of a checkpoint that lies in its run's folder.
   *
   * @throws BadInputException if it lies elsewhere
   */
  public static Dl4jModel of(FoundCheckpoint found) throws IOException {
    RunRecord record =
        found
            .run()
            .orElseThrow(
                () ->
                    new BadInputException(
                        found.checkpoint().folder()
                            + " lies in no run's folder, whose run.json would say by which updater"
                            + " it was trained; give a checkpoint where the command 'train' wrote"
                            + " it"))
            .record();
    Config settings = ConfigFactory.parseString(record.configuration());
    return new Dl4jModel(
        found.model(),
        Settings.bind(settings.getConfig("train"), Recipe.class),
        Settings.bind(settings.getConfig("averaging"), AveragingSettings.class).optimizerState());
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    TrainingState state = model.state();
    TrainingProgress progress = state.progress();
    new ModelZip(
            model.network(),
            state.parameters(),
            updater(),
            state.optimizerState(),
            recipe.optimizer() instanceof DecayedOptimizer decayed ? decayed.weightDecay() : 0,
            Math.toIntExact(rounds.stepsBefore(progress.iteration())),
            progress.epoch())
        .writeTo(out);
  }

  /** The recipe's updater as DL4J would resume with it, at the rate after warm-up. */
  private IUpdater updater() {
    return updater(recipe.optimizer(), recipe.learningRate());
  }

  /**
   * Checks that there will be a zip of models that this optimizer trains.
   *
   * @throws BadInputException if DL4J has none like it
   */
  public static void requireCounterpart(Optimizer optimizer) {
    IUpdater unused = updater(optimizer, 1);
  }

  static IUpdater updater(Optimizer optimizer, double rate) {
    if (optimizer instanceof Nesterov nesterov) {
      return new Nesterovs(rate, nesterov.momentum());
    }
    if (optimizer instanceof Adam adam) {
      return new org.nd4j.linalg.learning.config.Adam(
          rate, adam.beta1(), adam.beta2(), adam.epsilon());
    }
    if (optimizer instanceof Sgd) {
      return new org.nd4j.linalg.learning.config.Sgd(rate);
    }
    throw new BadInputException(
        "DL4J has no counterpart of train.optimizer.type = %s, so there is no model.zip of such a run;"
                .formatted(optimizer.type())
            + " export --npz or --onnx writes its parameters");
  }
}
