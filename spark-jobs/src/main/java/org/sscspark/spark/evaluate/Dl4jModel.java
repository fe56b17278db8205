package org.sscspark.spark.evaluate;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.OutputStream;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.dl4j.ModelZip;
import org.sscspark.storage.FileContent;
import org.sscspark.training.Recipe;
import org.sscspark.training.TrainingState;
import org.sscspark.training.UpdaterSettings;

/**
 * A checkpoint as DL4J's model zip: its network, parameters and updater state. Needs ND4J's native
 * libraries, as nothing else about a checkpoint does.
 *
 * @param recipe by which the model was trained
 */
public record Dl4jModel(SavedModel model, Recipe recipe) implements FileContent {
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
    return new Dl4jModel(
        found.model(),
        Settings.bind(
            ConfigFactory.parseString(record.configuration()).getConfig("train"), Recipe.class));
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    TrainingState state = model.state();
    ModelZip.write(out, model.network(), state.parameters(), updater(), state.updaterState());
  }

  /** The recipe's updater as DL4J would resume with it, at the rate after warm-up. */
  private IUpdater updater() {
    UpdaterSettings settings = recipe.updater();
    double rate = recipe.learningRate();
    return switch (settings.kind()) {
      case NESTEROV -> new Nesterovs(rate, settings.momentum());
      case ADAM -> new Adam(rate, settings.beta1(), settings.beta2(), settings.epsilon());
      case SGD -> new Sgd(rate);
    };
  }
}
