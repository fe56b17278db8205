package org.sscspark.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Augmentation;
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
import org.sscspark.pattern.DensityProfile;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.Recipe;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.ScheduleSettings;
import org.sscspark.training.UpdaterSettings;

class HundredStepsTest {
  private static final int STEPS = 100;
  private static final int SIZE = Integer.getInteger("sscspark.test.cuda.size", 8);
  private static final int BATCH = 8;

  @BeforeAll
  static void needsADriver() {
    TestDriver.device();
  }

  @Test
  void everyStepOfResNet20GivesWhatNd4jGives() {
    FeatureShape image = new FeatureShape(3, SIZE, SIZE);
    NetworkSpec network =
        SscDesign.apply(
            ModelZoo.named("resnet20", image, 10, 1), 0.12, SscSettings.of(DensityProfile.UNIFORM));
    Recipe recipe =
        new Recipe(
            1,
            BATCH,
            new UpdaterSettings(UpdaterSettings.Kind.NESTEROV, 0.9, 0.9, 0.999, 1e-8),
            0.01,
            ScheduleSettings.constant(),
            1e-4,
            0,
            0,
            Augmentation.none());
    RoundPlan plan = new RoundPlan(BATCH * STEPS, 1, BATCH, STEPS);
    RandomNetworks random = new RandomNetworks(31);
    try (Replica here = new Nd4jEngine(1).replica(network, BATCH);
        Replica there = new CudaEngine(TestDriver.device()).replica(network, BATCH)) {
      LocalTrainer trainerHere = new LocalTrainer(here, recipe, recipe.learningRate(plan));
      LocalTrainer trainerThere = new LocalTrainer(there, recipe, recipe.learningRate(plan));
      float[] parameters = Initialization.parameters(network, FanIn.KEPT, 1);
      float[] state = new float[trainerHere.updaterStateSize()];
      for (int step = 0; step < STEPS; step++) {
        int[] labels = new int[BATCH];
        float[] images = random.images(network, BATCH);
        for (int n = 0; n < BATCH; n++) {
          labels[n] = random.between(0, 9);
        }
        RoundResult expected = step(trainerHere, here, parameters, state, images, labels, step);
        RoundResult actual = step(trainerThere, there, parameters, state, images, labels, step);
        System.out.printf(
            "%d %.4f loss %.2e params %.2e state %.2e grad %.2e%n",
            step, expected.tally().loss(),
            Math.abs(actual.tally().loss() - expected.tally().loss()) / expected.tally().loss(),
            distance(actual.parameters(), expected.parameters(), new float[parameters.length]),
            distance(actual.updaterState(), expected.updaterState(), new float[state.length]),
            distance(actual.updaterState(), expected.updaterState(), scaled(state, 0.9f)));
        parameters = expected.parameters();
        state = expected.updaterState();
      }
    }
  }

  private static float[] scaled(float[] v, float f) {
    float[] r = v.clone();
    for (int i = 0; i < r.length; i++) {
      r[i] *= f;
    }
    return r;
  }

  private static RoundResult step(
      LocalTrainer trainer,
      Replica replica,
      float[] parameters,
      float[] state,
      float[] images,
      int[] labels,
      int iteration) {
    Minibatch batch = new Minibatch(Replicas.input(replica, images, BATCH), labels, BATCH);
    return trainer.round(parameters, state, List.of(batch).iterator(), iteration, 1);
  }

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
