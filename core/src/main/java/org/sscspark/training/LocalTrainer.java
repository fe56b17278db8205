package org.sscspark.training;

import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.data.ResidentDataset;
import org.sscspark.data.TrainingBatch;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.engine.TrainingObjective;
import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.Optimizer;

/**
 * One replica's training steps. The result of a round is a function of its arguments alone, so a
 * worker on Spark and the local loop do the same arithmetic, and a repeated task gives the same
 * bits. Not safe for use by several threads at once.
 */
public final class LocalTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTrainer.class);

  private final Replica replica;
  private final ParameterLayout layout;
  private final Optimizer optimizer;
  private final LearningRate learningRate;
  private final Augmentation augmentation;
  private final Optional<ResidentTraining> resident;
  private final TrainingSteps trainingSteps;

  /**
   * Makes a trainer for one replica.
   *
   * @param replica is used, not closed
   * @param recipe optimizer, label smoothing and augmentation
   * @param learningRate of the whole run
   */
  public LocalTrainer(Replica replica, Recipe recipe, LearningRate learningRate) {
    this.replica = replica;
    this.layout = replica.layout();
    this.optimizer = recipe.optimizer();
    this.learningRate = learningRate;
    this.augmentation = recipe.augmentation();
    FrozenLayers frozen = FrozenLayers.of(replica.network(), recipe.freeze());
    this.resident = residentTraining(replica, recipe, frozen);
    this.trainingSteps =
        resident
            .<TrainingSteps>map(there -> new ResidentSteps(there, optimizer, learningRate))
            .orElseGet(() -> new HostSteps(replica, recipe, learningRate, frozen));
  }

  /** A replica takes whole steps only if it knows all of what they do, and changes all layers. */
  private static Optional<ResidentTraining> residentTraining(
      Replica replica, Recipe recipe, FrozenLayers frozen) {
    Optional<ResidentTraining> training =
        replica.residentTraining(new TrainingObjective(recipe.labelSmoothing()));
    boolean whole =
        frozen.isEmpty()
            && recipe.gradientModifiers().isEmpty()
            && recipe.parameterModifiers().isEmpty()
            && recipe.optimizer().residentStep(0, 0).isPresent();
    if (training.isPresent() && !whole) {
      LOG.info(
          "Gradients come to the host: the engine takes no steps of {} with {} itself, or with layers"
              + " frozen",
          recipe.optimizer(),
          Stream.concat(recipe.gradientModifiers().stream(), recipe.parameterModifiers().stream())
              .toList());
    }
    return whole ? training : Optional.empty();
  }

  /** The length of the optimizer's state. */
  public int optimizerStateSize() {
    return optimizer.stateSize(layout);
  }

  /**
   * A data set as this replica reads it: a replica that has room for all its images where it
   * computes gets them now, and others as minibatches. Both ways give the same bits.
   *
   * @param dataset is normalised with its own mean and std
   */
  public TrainingSet trainingSet(Dataset dataset) {
    Normalization normalization = Normalization.of(dataset.manifest());
    ImageTransform transform = new ImageTransform(augmentation, normalization);
    if (resident.isPresent() && !augmentation.changes().isEmpty()) {
      LOG.info(
          "Images are prepared on the CPU: the GPU only crops and mirrors, and"
              + " train.augmentation.changes says more");
    }
    return resident
        .filter(there -> augmentation.changes().isEmpty())
        .flatMap(there -> there.images(dataset.manifest().examples(), normalization.tables()))
        .<TrainingSet>map(images -> new ResidentDataset(dataset, augmentation, images))
        .orElse(plan -> new MinibatchReader(dataset, plan, transform, replica.inputLayout()));
  }

  /**
   * Trains a round.
   *
   * @param parameters to start from; not changed
   * @param optimizerState to start from; not changed
   * @param batches gives the worker's minibatches in order, at least one for each step: of this
   *     trainer's {@link #trainingSet}, or in host memory
   * @throws DivergedException if a loss or, at the end, a parameter is not finite
   */
  public RoundResult round(
      float[] parameters,
      float[] optimizerState,
      Iterator<? extends TrainingBatch> batches,
      RoundSteps steps) {
    checkLength("parameters", layout.size(), parameters.length);
    checkLength("optimizer state", optimizerStateSize(), optimizerState.length);
    float[] live = replica.parameters();
    System.arraycopy(parameters, 0, live, 0, live.length);
    float[] state = optimizerState.clone();
    TrainingSteps.Work work = trainingSteps.take(state, batches, steps);
    checkFinite(live, steps.iteration(steps.count() - 1));
    return new RoundResult(live.clone(), state, work.tally(), work.phases());
  }

  private void checkFinite(float[] parameters, long iteration) {
    for (int i = 0; i < parameters.length; i++) {
      if (!Float.isFinite(parameters[i])) {
        throw DivergedException.parameter(
            i, parameters[i], iteration, learningRate.at(Math.max(0, iteration)));
      }
    }
  }

  private static void checkLength(String what, int expected, int actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(
          "The " + what + " have " + actual + " values, this replica needs " + expected);
    }
  }
}
