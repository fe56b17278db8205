package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.Minibatch;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.TrainingBatches;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.Replica;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.choice.Engines;
import org.sscspark.optimizer.ClipNorm;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.Sgd;

class LocalTrainingTest {
  private static final int EXAMPLES = 43;
  private static final Engine ENGINE = Engines.create("nd4j", 1);
  private static final Dataset DATASET = TinyTask.dataset(EXAMPLES);
  private static final RoundPlan PLAN = new RoundPlan(EXAMPLES, 1, 8, 4);
  private static final ClipNorm CLIP = new ClipNorm(0.5);
  private static final TrainingListener NOBODY = new TrainingListener() {};

  private static TrainingState train(
      Recipe recipe, TrainingState start, TrainingListener listener) {
    return train(recipe, PLAN, start, listener);
  }

  private static TrainingState train(
      Recipe recipe, RoundPlan plan, TrainingState start, TrainingListener listener) {
    try (Replica replica = ENGINE.replica(TinyTask.network(), recipe.batch())) {
      return new LocalTraining(replica, recipe, plan, DATASET).run(start, listener);
    }
  }

  private static TrainingState initial(Recipe recipe) {
    float[] parameters = TinyTask.parameters(5);
    try (Replica replica = ENGINE.replica(TinyTask.network(), recipe.batch())) {
      return new LocalTraining(replica, recipe, PLAN, DATASET).initial(parameters, 5);
    }
  }

  @Test
  void learns() {
    Recipe recipe = TinyTask.recipe(12, new Nesterov(0.9, 1e-3, 1e-4), 0.05);
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainingState end =
        train(
            recipe,
            initial(recipe),
            new TrainingListener() {
              @Override
              public void onEpoch(EpochMetrics metrics, TrainingState state) {
                epochs.add(metrics);
              }
            });
    assertThat(epochs).hasSize(12);
    assertThat(epochs).extracting(epoch -> epoch.tally().examples()).containsOnly(43L);
    assertThat(epochs.get(11).tally().loss()).isLessThan(0.7 * epochs.get(0).tally().loss());
    assertThat(epochs.get(11).tally().accuracy()).isGreaterThan(0.6);
    assertThat(end.progress()).isEqualTo(new TrainingProgress(12, 0, 24, 72, 12 * 43));
  }

  /** All that a step may depend on: where the run is, smoothed targets, clipped gradients. */
  private static Recipe varied(Optimizer optimizer) {
    return new Recipe(
        3,
        8,
        optimizer,
        List.of(CLIP),
        List.of(),
        0.01,
        new ScheduleSettings(ScheduleSettings.Kind.COSINE, List.of(), 0.1, 1.5),
        0.1,
        Augmentation.cropAndFlip(1),
        List.of(),
        Ema.NONE,
        0,
        0);
  }

  /** The parameters after one step after another, without rounds. */
  private static float[] stepByStep(Recipe recipe, TrainingState start) {
    LearningRate rate = recipe.learningRate(PLAN);
    try (Replica replica = ENGINE.replica(TinyTask.network(), recipe.batch())) {
      TrainingSet images = new LocalTrainer(replica, recipe, rate).trainingSet(DATASET);
      float[] logits = new float[recipe.batch() * TinyTask.CLASSES];
      float[] state = start.optimizerState().clone();
      float[] live = replica.parameters();
      System.arraycopy(start.parameters(), 0, live, 0, live.length);
      int step = 0;
      for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
        EpochOrder order = EpochOrder.of(DATASET.manifest(), start.seed(), epoch, 1);
        try (TrainingBatches<?> batches =
            images.open(MinibatchPlan.epoch(order, 0, recipe.batch()))) {
          for (; batches.hasNext(); step++) {
            Minibatch batch = TrainingSteps.onHost(batches.next());
            int count = batch.count();
            replica.forward(batch.input(), count, BatchNormMode.BATCH_AND_UPDATE, logits);
            SoftmaxCrossEntropy.lossAndGradient(
                logits, batch.targets(), count, TinyTask.CLASSES, recipe.labelSmoothing(), logits);
            replica.backward(logits);
            CLIP.modify(replica.gradients(), replica.layout());
            recipe
                .optimizer()
                .step(live, replica.gradients(), state, replica.layout(), rate.at(step), step);
          }
        }
      }
      return live.clone();
    }
  }

  /** Kind: a step that is taken with another one's numbers. */
  @ParameterizedTest
  @MethodSource("org.sscspark.optimizer.EachOptimizer#all")
  void roundsOfAnyLengthGiveTheBitsOfOneStepAfterAnother(Optimizer optimizer) {
    Recipe recipe = varied(optimizer);
    float[] expected = stepByStep(recipe, initial(recipe));

    for (int frequency : new int[] {1, 4, 1000}) {
      RoundPlan plan = new RoundPlan(EXAMPLES, 1, recipe.batch(), frequency);
      assertThat(train(recipe, plan, initial(recipe), NOBODY).parameters())
          .as("tau %d", frequency)
          .isEqualTo(expected);
    }
  }

  /** Remembers what it is told. */
  private static final class Recorder implements TrainingListener {
    private final List<TrainingState> states = new ArrayList<>();
    private final List<RoundMetrics> rounds = new ArrayList<>();
    private final List<EpochMetrics> epochs = new ArrayList<>();

    @Override
    public void onRound(RoundMetrics metrics, TrainingState state) {
      states.add(state);
      rounds.add(metrics);
    }

    @Override
    public void onEpoch(EpochMetrics metrics, TrainingState state) {
      epochs.add(metrics);
    }
  }

  @ParameterizedTest
  @MethodSource("org.sscspark.optimizer.EachOptimizer#all")
  void resumingAtAnyRoundGivesTheBitsOfNotStopping(Optimizer optimizer) {
    Recipe recipe = TinyTask.recipe(3, optimizer, 0.01);
    Recorder recorder = new Recorder();
    List<TrainingState> states = recorder.states;
    List<EpochMetrics> epochs = recorder.epochs;
    TrainingState uninterrupted = train(recipe, initial(recipe), recorder);
    assertThat(states).hasSize(6);
    Tally lastEpoch = epochs.get(2).tally();
    for (TrainingState state : List.copyOf(states)) {
      epochs.clear();
      TrainingState resumed = train(recipe, stored(state), recorder);
      assertThat(resumed.parameters()).isEqualTo(uninterrupted.parameters());
      assertThat(resumed.optimizerState()).isEqualTo(uninterrupted.optimizerState());
      assertThat(resumed.progress()).isEqualTo(uninterrupted.progress());
      if (state.progress().epoch() < 3) {
        assertThat(epochs.get(epochs.size() - 1).tally()).isEqualTo(lastEpoch);
      }
    }
  }

  /** The state as a checkpoint gives it back. */
  private static TrainingState stored(TrainingState state) {
    try {
      ByteArrayOutputStream vectors = new ByteArrayOutputStream();
      TrainingStateFormat.writeVectors(state, vectors);
      return TrainingStateFormat.read(
          TrainingStateFormat.toJson(state), new ByteArrayInputStream(vectors.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anotherSeedGivesAnotherOrderAndOtherParameters() {
    Recipe recipe = TinyTask.recipe(1, new Sgd(1e-3, 1e-4), 0.01);
    float[] start = TinyTask.parameters(5);
    TrainingState one = train(recipe, TrainingState.initial(start, 0, 1), NOBODY);
    TrainingState two = train(recipe, TrainingState.initial(start, 0, 2), NOBODY);
    assertThat(one.parameters()).isNotEqualTo(two.parameters());
  }

  @Test
  void statesStayAsTheyWereWhileTrainingGoesOn() {
    Recipe recipe = TinyTask.recipe(1, new Nesterov(0.9, 1e-3, 1e-4), 0.01);
    TrainingState start = initial(recipe);
    List<float[]> copies = new ArrayList<>();
    List<TrainingState> states = new ArrayList<>();
    train(
        recipe,
        start,
        new TrainingListener() {
          @Override
          public void onRound(RoundMetrics metrics, TrainingState state) {
            states.add(state);
            copies.add(state.parameters().clone());
          }
        });
    assertThat(start.parameters()).isEqualTo(TinyTask.parameters(5));
    assertThat(start.optimizerState()).containsOnly(0);
    for (int i = 0; i < states.size(); i++) {
      assertThat(states.get(i).parameters()).isEqualTo(copies.get(i));
    }
  }

  @Test
  void divergenceStopsTheRunAndSaysWhatMayHelp() {
    Recipe recipe = TinyTask.recipe(3, new Nesterov(0.9, 1e-3, 1e-4), 1e30);
    assertThatThrownBy(() -> train(recipe, initial(recipe), NOBODY))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "Training diverged: (the loss|parameter \\d+) is (-?Infinity|NaN) at iteration \\d+"
                + " with learning rate \\S+; lower train.learning-rate or raise"
                + " train.schedule.warmup-epochs");
  }

  @Test
  void aListenerThatThrowsStopsTheRun() {
    Recipe recipe = TinyTask.recipe(3, new Sgd(1e-3, 1e-4), 0.01);
    List<Long> rounds = new ArrayList<>();
    assertThatThrownBy(
            () ->
                train(
                    recipe,
                    initial(recipe),
                    new TrainingListener() {
                      @Override
                      public void onRound(RoundMetrics metrics, TrainingState state) {
                        rounds.add(metrics.globalRound());
                        throw new CancellationException("stop");
                      }
                    }))
        .isInstanceOf(CancellationException.class)
        .hasMessage("stop");
    assertThat(rounds).containsExactly(1L);
  }

  @Test
  void metricsOfRoundsAddUpToTheEpoch() {
    Recipe recipe = TinyTask.recipe(1, new Sgd(1e-3, 1e-4), 0.01);
    Recorder recorder = new Recorder();
    List<RoundMetrics> rounds = recorder.rounds;
    List<EpochMetrics> epochs = recorder.epochs;
    train(recipe, initial(recipe), recorder);
    assertThat(rounds).extracting(RoundMetrics::iteration).containsExactly(4L, 6L);
    assertThat(rounds).extracting(round -> round.tally().examples()).containsExactly(32L, 11L);
    EpochMetrics epoch = epochs.get(0);
    assertThat(epoch.tally()).isEqualTo(rounds.get(0).tally().plus(rounds.get(1).tally()));
    assertThat(epoch.phases().total()).isLessThanOrEqualTo(epoch.seconds().total());
    assertThat(MetricsJson.read(MetricsJson.line(epoch)).path("epoch").asInt()).isEqualTo(1);
    assertThat(
            MetricsJson.read(MetricsJson.line(epoch.withEvaluation(new Tally(2, 3, 4))))
                .at("/evaluation/accuracy")
                .asDouble())
        .isEqualTo(0.75);
    assertThat(MetricsJson.read(MetricsJson.line(rounds.get(1))).path("examples").asInt())
        .isEqualTo(11);
  }
}
