package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sscspark.config.BadInputException;
import org.sscspark.config.CanonicalJson;
import org.sscspark.config.MovedSettings;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.train.Experiment;
import org.sscspark.storage.Sha256;
import org.sscspark.training.MetricsJson;

/**
 * One run among several. Its name says what it is: equal settings on equal data sets have equal
 * names, whoever asks for them.
 *
 * @param alias a few words for people, as a part of a file name
 * @param experiment all settings of the run
 * @param training what it trains on
 * @param test what it is evaluated on after each epoch
 * @param epochs after so many complete epochs it pauses; no part of what it is
 */
public record Trial(
    String alias, Experiment experiment, ImageSet training, ImageSet test, int epochs) {
  private static final int HASH_LENGTH = 8;

  /** When a run saves its state changes nothing in what it computes. */
  private static final String CHECKPOINT_SETTINGS = "checkpoint";

  private static final String ENGINE = "engine";

  /** Settings that came later: left out, they are no part of a name, so that names stay. */
  private static final List<String> LATER_SETTINGS = List.of("macs", "from");

  /** Those of SSC. */
  private static final List<String> LATER_SSC_SETTINGS =
      List.of("distances", "parity", "depthwise", "in-block");

  /** Those of scores. */
  private static final List<String> LATER_PRUNING_SETTINGS =
      List.of("dense-share", "regrow-rounds", "regrow-share", "regrow-until");

  /** Those of the recipe. */
  private static final List<String> LATER_RECIPE_SETTINGS =
      List.of("freeze", "parameter-modifiers");

  /** Those of the recipe's augmentation. */
  private static final List<String> LATER_AUGMENTATION_SETTINGS = List.of("changes", "resize");

  /**
   * Checks that nothing but its epochs ends it.
   *
   * @throws BadInputException as {@link #requireWhole}
   */
  public Trial {
    requireWhole(experiment);
  }

  /**
   * Checks that nothing but its epochs would end a run by some settings.
   *
   * @throws BadInputException if they have {@code train.stop-after} or {@code patience}
   */
  public static void requireWhole(Experiment experiment) {
    if (experiment.train().stopAfter() > 0 || experiment.train().patience() > 0) {
      throw new BadInputException(
          "train.stop-after and train.patience are for a single run; leave them out where many runs"
              + " are trained");
    }
  }

  /** A trial that does not pause. */
  public Trial(String alias, Experiment experiment, ImageSet training, ImageSet test) {
    this(alias, experiment, training, test, experiment.train().epochs());
  }

  /** The same trial, up to so many complete epochs. */
  public Trial until(int pause) {
    return new Trial(alias, experiment, training, test, pause);
  }

  /** The alias and the first digits of a hash over settings and data sets. */
  public String name() {
    ObjectNode settings =
        (ObjectNode) MetricsJson.read(MovedSettings.former(CanonicalJson.of(experiment)));
    settings.remove(CHECKPOINT_SETTINGS);
    leaveOut(settings, LATER_SETTINGS);
    leaveOut((ObjectNode) settings.get("ssc"), LATER_SSC_SETTINGS);
    leaveOut((ObjectNode) settings.get("pruning"), LATER_PRUNING_SETTINGS);
    leaveOut((ObjectNode) settings.get("train"), LATER_RECIPE_SETTINGS);
    leaveOut((ObjectNode) settings.at("/train/augmentation"), LATER_AUGMENTATION_SETTINGS);
    // Lanes change last bits at most, and are recorded with what computed.
    EngineSettings engine = experiment.engine();
    settings.put(ENGINE, engine.name() + EngineDescription.storageSuffix(engine.featureStorage()));
    String identity = settings + "\n" + training.sha256() + "\n" + test.sha256();
    String hash = Sha256.of(identity.getBytes(StandardCharsets.UTF_8));
    return alias + "-" + hash.substring(0, HASH_LENGTH);
  }

  private static void leaveOut(ObjectNode settings, List<String> later) {
    for (String key : later) {
      JsonNode value = settings.path(key);
      if (value.isNull() || (value.isArray() && value.isEmpty())) {
        settings.remove(key);
      }
    }
  }

  /**
   * Multiply-adds of the training that is left: forward, the gradient of the input and that of the
   * weights cost about the same, for each image in each epoch. Epochs that train all weights before
   * they are pruned cost what the dense network costs, and so do gradients of all weights by which
   * a support moves.
   *
   * @param done complete epochs
   * @param dense multiply-adds of an image in the dense network
   * @param macs those of an image in the network with the weights that are kept
   */
  public double trainingMacs(int done, long dense, long macs) {
    int denseLeft = Math.max(0, experiment.denseEpochs() - done);
    int left = Math.max(0, experiment.train().epochs() - done);
    double gradients =
        (double) dense
            * experiment.gradientExamples(training.examples(), training.classes().size(), done);
    return 3.0
        * (training.examples() * ((double) denseLeft * dense + (double) (left - denseLeft) * macs)
            + gradients);
  }

  /** The trial's folder below the root of all: an ordinary run's folder. */
  public URI folder(URI root) {
    return URI.create(root + "/" + CheckpointSearch.TRIALS + "/" + name());
  }
}
