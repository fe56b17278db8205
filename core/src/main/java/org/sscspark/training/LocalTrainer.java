package org.sscspark.training;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.data.Augmentation;
import org.sscspark.data.CropBatch;
import org.sscspark.data.Dataset;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.data.ResidentDataset;
import org.sscspark.data.TrainingBatch;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.TrainingObjective;
import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.GradientModifier;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.ParameterModifier;

/**
 * One replica's training steps. The result of a round is a function of its arguments alone, so a
 * worker on Spark and the local loop do the same arithmetic, and a repeated task gives the same
 * bits. Not safe for use by several threads at once.
 */
public final class LocalTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTrainer.class);
  private static final double NANO = 1e-9;

  private final Replica replica;
  private final ParameterLayout layout;
  private final int classes;
  private final Optimizer optimizer;
  private final List<GradientModifier> modifiers;
  private final List<ParameterModifier> afterwards;
  private final LearningRate learningRate;
  private final double labelSmoothing;
  private final Augmentation augmentation;
  private final FrozenLayers frozen;
  private final float[] logits;
  private final float[] logitsGradient;

  /** The gradients that the optimizer's step may overwrite; empty if nobody reads them after it. */
  private final float[] gradientsBefore;

  private final Optional<ResidentTraining> resident;

  /** What a round's steps did besides changing parameters and state. */
  private record Work(Tally tally, PhaseSeconds phases) {}

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
    this.classes = replica.network().classes();
    this.optimizer = recipe.optimizer();
    this.modifiers = recipe.gradientModifiers();
    this.afterwards = recipe.parameterModifiers();
    this.learningRate = learningRate;
    this.labelSmoothing = recipe.labelSmoothing();
    this.augmentation = recipe.augmentation();
    this.frozen = FrozenLayers.of(replica.network(), recipe.freeze());
    this.logits = new float[replica.capacity() * classes];
    this.logitsGradient = new float[logits.length];
    this.gradientsBefore = new float[afterwards.isEmpty() ? 0 : layout.trainableCount()];
    this.resident = residentTraining();
  }

  /** A replica takes whole steps only if it knows all of what they do, and changes all layers. */
  private Optional<ResidentTraining> residentTraining() {
    Optional<ResidentTraining> training =
        replica.residentTraining(new TrainingObjective(labelSmoothing));
    boolean whole =
        frozen.isEmpty()
            && modifiers.isEmpty()
            && afterwards.isEmpty()
            && optimizer.residentStep(0, 0).isPresent();
    if (training.isPresent() && !whole) {
      LOG.info(
          "Gradients come to the host: the engine takes no steps of {} with {} itself, or with layers"
              + " frozen",
          optimizer,
          Stream.concat(modifiers.stream(), afterwards.stream()).toList());
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
   * @param batches gives the worker's minibatches in order, at least {@code steps} of them: of this
   *     trainer's {@link #trainingSet}, or in host memory
   * @param firstIteration the global iteration of the first step
   * @param stepsBefore how many steps the optimizer's state comes from; 0 if it starts as zeros
   * @param steps the minibatches to train on; 0 returns the start
   * @throws DivergedException if a loss or, at the end, a parameter is not finite
   */
  public RoundResult round(
      float[] parameters,
      float[] optimizerState,
      Iterator<? extends TrainingBatch> batches,
      long firstIteration,
      long stepsBefore,
      int steps) {
    checkLength("parameters", layout.size(), parameters.length);
    checkLength("optimizer state", optimizerStateSize(), optimizerState.length);
    float[] live = replica.parameters();
    System.arraycopy(parameters, 0, live, 0, live.length);
    frozen.keep(live);
    float[] state = optimizerState.clone();
    Work work =
        resident.isPresent()
            ? stepsThere(resident.get(), state, batches, firstIteration, stepsBefore, steps)
            : stepsHere(live, state, batches, firstIteration, stepsBefore, steps);
    checkFinite(live, firstIteration + steps - 1);
    return new RoundResult(live.clone(), state, work.tally(), work.phases());
  }

  private Work stepsHere(
      float[] live,
      float[] state,
      Iterator<? extends TrainingBatch> batches,
      long firstIteration,
      long stepsBefore,
      int steps) {
    Tally tally = Tally.NONE;
    PhaseSeconds phases = PhaseSeconds.NONE;
    for (int step = 0; step < steps; step++) {
      long iteration = firstIteration + step;
      double rate = learningRate.at(iteration);
      long start = System.nanoTime();
      Minibatch batch = onHost(batches.next());
      long loaded = System.nanoTime();
      replica.forward(batch.input(), batch.count(), BatchNormMode.BATCH_AND_UPDATE, logits);
      int correct = SoftmaxCrossEntropy.correct(logits, batch.labels(), batch.count(), classes);
      double loss =
          SoftmaxCrossEntropy.lossAndGradient(
              logits, batch.targets(), batch.count(), classes, labelSmoothing, logitsGradient);
      if (!Double.isFinite(loss)) {
        throw DivergedException.loss(loss, iteration, rate);
      }
      long forward = System.nanoTime();
      replica.backward(logitsGradient);
      long backward = System.nanoTime();
      frozen.clear(replica.gradients());
      for (GradientModifier modifier : modifiers) {
        modifier.modify(replica.gradients(), layout);
      }
      update(live, state, rate, stepsBefore + step);
      frozen.restore(live);
      long updated = System.nanoTime();
      tally = tally.plus(new Tally(loss * batch.count(), correct, batch.count()));
      phases =
          phases.plus(
              new PhaseSeconds(
                  NANO * (loaded - start),
                  NANO * (forward - loaded),
                  NANO * (backward - forward),
                  NANO * (updated - backward)));
    }
    return new Work(tally, phases);
  }

  private void update(float[] live, float[] state, double rate, long stepsBefore) {
    float[] gradients = replica.gradients();
    System.arraycopy(gradients, 0, gradientsBefore, 0, gradientsBefore.length);
    optimizer.step(live, gradients, state, layout, rate, stepsBefore);
    for (ParameterModifier modifier : afterwards) {
      modifier.modify(live, gradientsBefore, layout, rate);
    }
  }

  private static Minibatch onHost(TrainingBatch batch) {
    if (batch instanceof Minibatch minibatch) {
      return minibatch;
    }
    throw new IllegalArgumentException("These minibatches are of another replica's training set");
  }

  /** The replica takes the steps; a loss that is not finite shows at the round's end. */
  private Work stepsThere(
      ResidentTraining training,
      float[] state,
      Iterator<? extends TrainingBatch> batches,
      long firstIteration,
      long stepsBefore,
      int steps) {
    int[] counts = new int[steps];
    double data = 0;
    training.start(state, steps);
    for (int step = 0; step < steps; step++) {
      long iteration = firstIteration + step;
      long start = System.nanoTime();
      TrainingBatch batch = batches.next();
      data += NANO * (System.nanoTime() - start);
      counts[step] = batch.count();
      ParameterUpdate update =
          optimizer.residentStep(learningRate.at(iteration), stepsBefore + step).orElseThrow();
      if (batch instanceof CropBatch kept) {
        kept.images().step(kept.crops(), update);
      } else {
        Minibatch given = onHost(batch);
        training.step(given.input(), given.targets(), given.count(), update);
      }
    }
    ResidentTraining.Outcome outcome = training.finish(state);
    Tally tally = Tally.NONE;
    for (int step = 0; step < steps; step++) {
      double loss = outcome.losses()[step];
      if (!Double.isFinite(loss)) {
        long iteration = firstIteration + step;
        throw DivergedException.loss(loss, iteration, learningRate.at(iteration));
      }
      tally = tally.plus(new Tally(loss * counts[step], outcome.correct()[step], counts[step]));
    }
    return new Work(
        tally,
        new PhaseSeconds(
            data, outcome.forwardSeconds(), outcome.backwardSeconds(), outcome.updateSeconds()));
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
