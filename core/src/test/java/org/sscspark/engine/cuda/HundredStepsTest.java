package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.RoundSteps;

/**
 * A hundred training steps of ResNet-20 on both engines, each from the same parameters, statistics
 * and velocity: where the ND4J engine was after the step before. Trajectories that run freely say
 * little: a step multiplies what two engines round differently, and after a hundred the lane engine
 * is further from itself than 1e-4, if it starts one unit in the last place higher. From the same
 * start, a step that does anything wrong shows at once, at every place that training passes.
 *
 * <p>Images are 4x4, and 32 of them, because without a GPU a position takes as long as 32 images.
 */
class HundredStepsTest {
  private static final int STEPS = Integer.getInteger("sscspark.test.cuda.steps", 100);
  private static final int SIZE = Integer.getInteger("sscspark.test.cuda.size", 4);
  private static final int BATCH = 32;
  private static final float MOMENTUM = 0.9f;
  private static final double TOLERANCE = 1e-4;

  private final NetworkSpec network =
      SscDesign.apply(
          ModelZoo.named("resnet20", new FeatureShape(3, SIZE, SIZE), 10, 1),
          0.12,
          SscSettings.of(DensityProfile.UNIFORM));
  private final Recipe recipe =
      CudaTrainingTest.recipe(
          new Nesterov(MOMENTUM, 1e-4, 1e-4), List.of(), List.of(), BATCH, 0.01);

  @BeforeAll
  static void needsADriver() {
    TestDriver.device();
  }

  @Test
  void everyStepOfResNet20GivesWhatTheNd4jEngineGives() {
    RoundPlan plan = new RoundPlan((long) BATCH * STEPS, 1, BATCH, STEPS);
    RandomNetworks random = new RandomNetworks(31);
    float[] images = random.images(network, 4 * BATCH);
    int[] labels = new int[4 * BATCH];
    Arrays.setAll(labels, n -> random.between(0, network.classes() - 1));
    double firstLoss = 0;
    double lastLoss = 0;
    try (Replica nd4j = new Nd4jEngine(1).replica(network, BATCH);
        Replica cuda = new CudaEngine(TestDriver.device()).replica(network, BATCH)) {
      LocalTrainer reference = new LocalTrainer(nd4j, recipe, recipe.learningRate(plan));
      LocalTrainer tested = new LocalTrainer(cuda, recipe, recipe.learningRate(plan));
      float[] parameters = Initialization.parameters(network, FanIn.KEPT, 1);
      float[] velocity = new float[reference.optimizerStateSize()];
      for (int step = 0; step < STEPS; step++) {
        int from = step % 4 * BATCH;
        float[] batch =
            Arrays.copyOfRange(
                images, from * network.input().size(), (from + BATCH) * network.input().size());
        int[] answers = Arrays.copyOfRange(labels, from, from + BATCH);
        RoundResult expected =
            reference.round(
                parameters,
                velocity,
                one(nd4j, batch, answers).iterator(),
                RoundSteps.goingOn(step, 1));
        RoundResult actual =
            tested.round(
                parameters,
                velocity,
                one(cuda, batch, answers).iterator(),
                RoundSteps.goingOn(step, 1));

        String at = "step " + step;
        assertThat(actual.tally().loss())
            .as(at)
            .isCloseTo(expected.tally().loss(), within(TOLERANCE * expected.tally().loss()));
        assertThat(distance(actual.parameters(), expected.parameters(), zeros(parameters)))
            .as(at + ", parameters and statistics")
            .isLessThan(TOLERANCE);
        float[] kept = zeros(velocity);
        for (int i = 0; i < kept.length; i++) {
          kept[i] = MOMENTUM * velocity[i];
        }
        // What the gradient alone added to the velocity.
        assertThat(distance(actual.optimizerState(), expected.optimizerState(), kept))
            .as(at + ", gradients")
            .isLessThan(TOLERANCE);
        firstLoss = step == 0 ? expected.tally().loss() : firstLoss;
        lastLoss = expected.tally().loss();
        parameters = expected.parameters();
        velocity = expected.optimizerState();
      }
    }
    if (STEPS >= 100) {
      assertThat(lastLoss).as("it learns").isLessThan(firstLoss);
    }
  }

  private static List<Minibatch> one(Replica replica, float[] images, int[] labels) {
    return List.of(new Minibatch(Replicas.input(replica, images, BATCH), labels, BATCH));
  }

  private static float[] zeros(float[] like) {
    return new float[like.length];
  }

  /** How far two vectors are apart, over how far the second is from a third. */
  private static double distance(float[] actual, float[] expected, float[] from) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += Math.pow((double) expected[i] - from[i], 2);
    }
    return Math.sqrt(difference / norm);
  }
}
