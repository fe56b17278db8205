package org.sscspark.spark.bench;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.ImageTransform;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.MinibatchReader;
import org.sscspark.data.Normalization;
import org.sscspark.data.TrainingBatch;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.Replica;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.training.Ema;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.RoundSteps;
import org.sscspark.training.ScheduleSettings;

/** Rounds of training steps on noise, each of which begins with the same parameters. */
final class GpuRounds {
  /** So many count; one before them warms up. */
  private static final int ROUNDS = 5;

  private final Replica replica;
  private final float[] parameters;
  private final int batch;
  private final int steps;
  private final LocalTrainer trainer;
  private final Dataset noise;
  private final MinibatchPlan epoch;

  /**
   * Prepares rounds.
   *
   * @param steps of a round
   */
  GpuRounds(Replica replica, float[] parameters, int batch, int steps) {
    this.replica = replica;
    this.parameters = parameters;
    this.batch = batch;
    this.steps = steps;
    Recipe recipe = recipe();
    RoundPlan plan = new RoundPlan((long) batch * steps, 1, batch, steps);
    this.trainer = new LocalTrainer(replica, recipe, recipe.learningRate(plan));
    this.noise = NoiseImages.of(Math.multiplyExact(batch, steps));
    this.epoch = MinibatchPlan.epoch(EpochOrder.of(noise.manifest(), 0, 0, 1), 0, batch);
  }

  /**
   * Medians over rounds.
   *
   * @param seconds of a round
   * @param forward milliseconds of a step by the device's clock, as are the next two
   */
  record Times(double seconds, double forward, double backward, double update) {}

  /** The images of a round. */
  double images() {
    return batch * (double) steps;
  }

  /** Rounds of images that the device keeps, if it can. */
  Times fromDevice() {
    TrainingSet images = trainer.trainingSet(noise);
    return medians(() -> images.open(epoch));
  }

  /** Rounds of one minibatch that is ready in the host's memory. */
  Times fromHost() {
    Minibatch first = first();
    return medians(() -> Stream.generate(() -> first).iterator());
  }

  private Minibatch first() {
    ImageTransform transform =
        new ImageTransform(recipe().augmentation(), Normalization.of(noise.manifest()));
    try (MinibatchReader reader =
        new MinibatchReader(noise, epoch, transform, replica.inputLayout())) {
      return reader.next();
    }
  }

  private Times medians(Supplier<Iterator<? extends TrainingBatch>> minibatches) {
    List<Times> rounds = new ArrayList<>();
    for (int round = -1; round < ROUNDS; round++) {
      Times times = round(minibatches.get());
      if (round >= 0) {
        rounds.add(times);
      }
    }
    return new Times(
        median(rounds, Times::seconds),
        median(rounds, Times::forward),
        median(rounds, Times::backward),
        median(rounds, Times::update));
  }

  private Times round(Iterator<? extends TrainingBatch> minibatches) {
    long start = System.nanoTime();
    RoundResult result =
        trainer.round(
            parameters,
            new float[trainer.optimizerStateSize()],
            minibatches,
            RoundSteps.goingOn(0, steps));
    double seconds = (System.nanoTime() - start) / 1e9;
    double perStep = 1e3 / steps;
    return new Times(
        seconds,
        perStep * result.phases().forward(),
        perStep * result.phases().backward(),
        perStep * result.phases().update());
  }

  private static double median(List<Times> rounds, ToDoubleFunction<Times> time) {
    return new Median().evaluate(rounds.stream().mapToDouble(time).toArray());
  }

  private static Recipe recipe() {
    return new Recipe(
        1,
        1,
        new Nesterov(),
        List.of(),
        List.of(),
        0.001,
        ScheduleSettings.constant(),
        0,
        Augmentation.cropAndFlip(4),
        List.of(),
        Ema.NONE,
        0,
        0);
  }
}
