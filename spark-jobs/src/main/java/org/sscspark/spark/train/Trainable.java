package org.sscspark.spark.train;

import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.engine.choice.Engines;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.NetworkDesign;
import org.sscspark.pruning.Regrowth;
import org.sscspark.training.FrozenLayers;
import org.sscspark.training.RoundPlan;

/**
 * Settings that a run on a data set does not refuse, as far as that is known without images. One
 * run asks for itself; who plans many asks for each, before anything is written.
 */
public final class Trainable {
  private Trainable() {}

  /**
   * Checks the settings of a run.
   *
   * @param training set, with images as large as asked for
   * @return the network with all its weights
   * @throws BadInputException if settings, data set and model do not fit together
   */
  public static NetworkSpec require(Experiment experiment, DatasetManifest training) {
    NetworkSpec dense = experiment.design().dense(training.shape(), training.classes().size());
    requireUsedShare(experiment);
    requireImages(experiment, training);
    Engines.requireKnown(experiment.engine().name());
    FrozenLayers.of(dense, experiment.train().freeze());
    requireRounds(experiment, training.examples());
    return dense;
  }

  private static void requireUsedShare(Experiment experiment) {
    if (experiment.pruning().denseShare().isPresent()
        && experiment.method().scores()
        && experiment.method().denseShare() == 0) {
      throw new UnmetSettingsException(
          "pruning.dense-share = %s is for methods that score trained weights, and %s scores initial"
                  .formatted(experiment.pruning().denseShare().get(), experiment.method())
              + " ones; leave it out, or take method = fine-tune");
    }
    Optional<String> regrowing = experiment.pruning().regrowing();
    if (regrowing.isPresent()
        && experiment.method().scores()
        && experiment.design().plan().regrowth().isEmpty()) {
      throw new UnmetSettingsException(
          "%s is for methods whose weights move while they are trained, and those of %s stay; leave it"
                  .formatted(regrowing.get(), experiment.method())
              + " out, or take method = set");
    }
  }

  private static void requireImages(Experiment experiment, DatasetManifest training) {
    NetworkDesign design = experiment.design();
    boolean moves =
        design
            .plan()
            .regrowth()
            .filter(one -> one.growth() == Regrowth.Growth.GRADIENT)
            .isPresent();
    boolean scores = moves || design.method().needsData();
    if (scores) {
      design.plan().data().requireEnough(training);
    }
    if (scores || !experiment.train().augmentation().readsParts()) {
      training.requireRoom();
    }
  }

  /** Where the number of workers is open, one is the least that there can be. */
  private static void requireRounds(Experiment experiment, long examples) {
    int workers = experiment.averaging().workers().orElse(1);
    RoundPlan unused = experiment.withWorkers(workers).rounds(examples);
  }
}
