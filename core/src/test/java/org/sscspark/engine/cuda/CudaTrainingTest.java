package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sscspark.data.Augmentation;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.Targets;
import org.sscspark.engine.lane.LaneEngine;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.optimizer.Adam;
import org.sscspark.optimizer.ClipNorm;
import org.sscspark.optimizer.GradientModifier;
import org.sscspark.optimizer.Ham;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Optimizer;
import org.sscspark.optimizer.ParameterModifier;
import org.sscspark.optimizer.Sgd;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.training.Ema;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.RoundSteps;
import org.sscspark.training.ScheduleSettings;

/** Rounds that stay on the GPU beside the same rounds on the lanes. */
class CudaTrainingTest {
  /** Steps and image size of the long run: 100 and 32 take minutes without a GPU. */
  private static final int STEPS = Integer.getInteger("sscspark.test.cuda.steps", 12);

  private static final int SIZE = Integer.getInteger("sscspark.test.cuda.size", 8);

  @BeforeAll
  static void needsADriver() {
    TestDriver.device();
  }

  private static Engine engine() {
    return new CudaEngine(TestDriver.device());
  }

  private static Recipe recipe(Optimizer optimizer, int batch, double learningRate) {
    return recipe(optimizer, List.of(), List.of(), batch, learningRate);
  }

  static Recipe recipe(
      Optimizer optimizer,
      List<GradientModifier> before,
      List<ParameterModifier> after,
      int batch,
      double learningRate) {
    return new Recipe(
        1,
        batch,
        optimizer,
        before,
        after,
        learningRate,
        ScheduleSettings.constant(),
        0.1,
        Augmentation.none(),
        List.of(),
        Ema.NONE,
        0,
        0);
  }

  /** One round on random images; the last minibatch is smaller. */
  private static RoundResult round(
      Engine engine, NetworkSpec network, Recipe recipe, float[] parameters, int steps) {
    RandomNetworks random = new RandomNetworks(11);
    RoundPlan plan = new RoundPlan((long) steps * recipe.batch(), 1, recipe.batch(), steps);
    try (Replica replica = engine.replica(network, recipe.batch())) {
      LocalTrainer trainer = new LocalTrainer(replica, recipe, recipe.learningRate(plan));
      Iterator<Minibatch> batches =
          IntStream.range(0, steps)
              .mapToObj(
                  step -> {
                    int count = step == steps - 1 ? recipe.batch() - 3 : recipe.batch();
                    int[] labels =
                        IntStream.range(0, recipe.batch())
                            .map(n -> random.between(0, network.classes() - 1))
                            .toArray();
                    float[] images = random.images(network, count);
                    return new Minibatch(
                        Replicas.input(replica, images, count),
                        step % 2 == 0
                            ? new Targets.Hard(labels)
                            : mixed(random, labels, network.classes()),
                        count);
                  })
              .iterator();
      return trainer.round(
          parameters,
          new float[trainer.optimizerStateSize()],
          batches,
          RoundSteps.goingOn(0, steps));
    }
  }

  private static Targets mixed(RandomNetworks random, int[] labels, int classes) {
    float[] probabilities = new float[labels.length * classes];
    for (int n = 0; n < labels.length; n++) {
      float share = random.between(0, 8) / 8f;
      probabilities[n * classes + labels[n]] += share;
      probabilities[n * classes + random.between(0, classes - 1)] += 1 - share;
    }
    return new Targets.Soft(labels, probabilities);
  }

  private static void assertNear(String what, float[] actual, float[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(difference / Math.max(norm, 1e-30))).as(what).isLessThan(tolerance);
  }

  @ParameterizedTest
  @MethodSource("org.sscspark.optimizer.EachOptimizer#all")
  void aRoundGivesWhatTheLanesGive(Optimizer optimizer) {
    for (Kind kind : List.of(Kind.RESIDUAL, Kind.PLAIN)) {
      RandomNetworks random = new RandomNetworks(3);
      NetworkSpec network = random.network(kind);
      float[] parameters = random.parameters(network);
      Recipe recipe = recipe(optimizer, 7, 0.003);

      RoundResult here = round(new LaneEngine(1), network, recipe, parameters, 4);
      RoundResult there = round(engine(), network, recipe, parameters, 4);

      assertNear(kind + " parameters", there.parameters(), here.parameters(), 1e-4);
      assertNear(kind + " state", there.optimizerState(), here.optimizerState(), 1e-3);
      assertThat(there.tally().examples()).isEqualTo(here.tally().examples());
      assertThat(there.tally().correct()).isEqualTo(here.tally().correct());
      assertThat(there.tally().lossSum()).isCloseTo(here.tally().lossSum(), within(1e-3));
      assertThat(there.phases().forward()).isPositive();
    }
  }

  /** Steps that the GPU does not take itself. */
  static Stream<Recipe> ofTheHost() {
    return Stream.of(
        recipe(new Nesterov(), List.of(new ClipNorm(0.05)), List.of(), 7, 0.003),
        recipe(new Nesterov(), List.of(), List.of(new Ham()), 7, 0.003));
  }

  @ParameterizedTest
  @MethodSource("ofTheHost")
  void aRoundOfStepsOnTheHostGivesWhatTheLanesGive(Recipe hosted) {
    RandomNetworks random = new RandomNetworks(3);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    Recipe plain = recipe(new Nesterov(), 7, 0.003);

    RoundResult here = round(new LaneEngine(1), network, hosted, parameters, 4);
    RoundResult there = round(engine(), network, hosted, parameters, 4);

    assertNear("parameters", there.parameters(), here.parameters(), 1e-4);
    assertThat(round(new LaneEngine(1), network, plain, parameters, 4).parameters())
        .isNotEqualTo(here.parameters());
  }

  @Test
  void roundsRepeatBitForBit() {
    RandomNetworks random = new RandomNetworks(4);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    Recipe recipe = recipe(new Adam(0.9, 0.999, 1e-8, 1e-3, 1e-2), 40, 0.01);

    RoundResult first = round(engine(), network, recipe, parameters, 2);
    RoundResult second = round(engine(), network, recipe, parameters, 2);

    assertThat(second.parameters()).isEqualTo(first.parameters());
    assertThat(second.optimizerState()).isEqualTo(first.optimizerState());
    assertThat(second.tally()).isEqualTo(first.tally());
  }

  @Test
  void aRoundOfNoStepsReturnsItsStart() {
    RandomNetworks random = new RandomNetworks(5);
    NetworkSpec network = random.network(Kind.PLAIN);
    float[] parameters = random.parameters(network);
    Recipe recipe = recipe(new Nesterov(0.9, 1e-3, 1e-2), 4, 0.01);
    try (Replica replica = engine().replica(network, 4)) {
      LocalTrainer trainer =
          new LocalTrainer(replica, recipe, recipe.learningRate(new RoundPlan(4, 1, 4, 1)));
      float[] state = random.gaussians(trainer.optimizerStateSize());

      RoundResult result =
          trainer.round(
              parameters, state, List.<Minibatch>of().iterator(), RoundSteps.goingOn(0, 0));

      assertThat(result.parameters()).isEqualTo(parameters);
      assertThat(result.optimizerState()).isEqualTo(state);
    }
  }

  /** Four images a thread, and more chunks than one. */
  @Test
  void largeMinibatchesGiveWhatTheLanesGive() {
    RandomNetworks random = new RandomNetworks(6);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    Recipe recipe = recipe(new Sgd(1e-3, 1e-2), 150, 0.01);

    RoundResult here = round(new LaneEngine(1), network, recipe, parameters, 2);
    RoundResult there = round(engine(), network, recipe, parameters, 2);

    assertNear("parameters", there.parameters(), here.parameters(), 1e-5);
  }

  @Test
  void resNet20TrainsAsOnTheLanes() {
    FeatureShape image = new FeatureShape(3, SIZE, SIZE);
    NetworkSpec network =
        SscDesign.apply(
            ModelZoo.named("resnet20", image, 10, 1), 0.12, SscSettings.of(DensityProfile.UNIFORM));
    float[] parameters = Initialization.parameters(network, FanIn.KEPT, 1);
    Recipe recipe = recipe(new Nesterov(0.9, 1e-3, 1e-2), 32, 1e-4);

    RoundResult here = round(new LaneEngine(1), network, recipe, parameters, STEPS);
    RoundResult there = round(engine(), network, recipe, parameters, STEPS);

    assertNear("parameters", there.parameters(), here.parameters(), 1e-4);
    assertThat(there.tally().loss()).isCloseTo(here.tally().loss(), within(1e-4));
  }

  /** What CudaReplicaTest compares with double precision, for machines without its libraries. */
  @ParameterizedTest
  @EnumSource
  void everyOperatorGivesWhatTheLanesGive(Kind kind) {
    for (int count : List.of(3, 130)) {
      RandomNetworks random = new RandomNetworks(8);
      NetworkSpec network = random.network(kind);
      float[] parameters = random.parameters(network);
      float[] images = random.images(network, count);
      float[] slopes = random.gaussians(count * network.classes());
      BatchNormMode mode = BatchNormMode.BATCH_AND_UPDATE;

      Replicas.Step here =
          Replicas.step(new LaneEngine(1), network, parameters, images, count, mode, slopes);
      Replicas.Step there =
          Replicas.step(engine(), network, parameters, images, count, mode, slopes);

      assertNear("logits", there.logits(), here.logits(), 1e-5);
      assertNear("gradients", there.gradients(), here.gradients(), 1e-5);
      assertNear("input gradient", there.inputGradient(), here.inputGradient(), 1e-5);
      assertNear("parameters", there.parameters(), here.parameters(), 1e-6);
    }
  }

  /** A kernel that lacks a barrier, or whose blocks write to the same place, gives another sum. */
  @Test
  void bitsDoNotDependOnTheOrderOfThreadsAndBlocks() {
    RandomNetworks random = new RandomNetworks(7);
    CudaEngine fake = new CudaEngine(TestDriver.fakeDevice());
    for (Kind kind : Kind.values()) {
      NetworkSpec network = random.network(kind);
      float[] parameters = random.parameters(network);
      float[] images = random.images(network, 37);
      float[] slopes = random.gaussians(37 * network.classes());
      BatchNormMode mode = BatchNormMode.BATCH_AND_UPDATE;
      Replicas.Step forwards = Replicas.step(fake, network, parameters, images, 37, mode, slopes);
      TestDriver.set("backwards", 1);
      try {
        assertThat(
                Replicas.step(fake, network, parameters, images, 37, mode, slopes)
                    .sameBits(forwards))
            .as(kind.name())
            .isTrue();
      } finally {
        TestDriver.set("backwards", 0);
      }
    }
  }
}
