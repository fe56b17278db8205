package org.sscspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/**
 * A small residual network learns by the same curve as on the ND4J engine. Engines round
 * differently, and each step grows what differs: on lanes, measured by 5e-7 of the loss at most,
 * with 8 of them and with 16.
 */
public abstract class TrainingCurveContract {
  private static final int STEPS = 100;
  private static final int BATCHES = 4;
  private static final int COUNT = 19;
  private static final float LEARNING_RATE = 0.02f;
  private static final float MOMENTUM = 0.9f;

  /** The engine under test. */
  protected abstract Engine engine();

  @Test
  void aHundredStepsAgreeWithTheOtherEngine() {
    double[] actual = losses(engine());
    double[] expected = losses(new Nd4jEngine(1));

    assertThat(actual[STEPS - 1]).isLessThan(actual[0] / 2);
    for (int step = 0; step < STEPS; step++) {
      double difference = Math.abs(actual[step] - expected[step]) / expected[step];
      assertThat(difference).as("step %d", step).isLessThan(1e-5);
    }
  }

  /** The loss of each step. */
  protected static double[] losses(Engine engine) {
    RandomNetworks random = new RandomNetworks(11);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    float[] parameters = random.parameters(network);
    float[][] images = new float[BATCHES][];
    Arrays.setAll(images, batch -> random.images(network, COUNT));
    int[] labels = new int[COUNT];
    Arrays.setAll(labels, n -> n % network.classes());
    double[] losses = new double[STEPS];
    try (Replica replica = engine.replica(network, COUNT)) {
      float[] weights = replica.parameters();
      float[] velocity = new float[weights.length];
      float[] logits = new float[COUNT * network.classes()];
      System.arraycopy(parameters, 0, weights, 0, weights.length);
      for (int step = 0; step < STEPS; step++) {
        float[] input = Replicas.input(replica, images[step % BATCHES], COUNT);
        replica.forward(input, COUNT, BatchNormMode.BATCH_AND_UPDATE, logits);
        losses[step] =
            SoftmaxCrossEntropy.lossAndGradient(
                logits, labels, COUNT, network.classes(), 0, logits);
        replica.backward(logits);
        for (Segment segment : replica.layout().segments()) {
          boolean trained = segment.role() != Role.MEAN && segment.role() != Role.VARIANCE;
          for (int i = segment.offset(); trained && i < segment.end(); i++) {
            velocity[i] = MOMENTUM * velocity[i] + replica.gradients()[i];
            weights[i] -= LEARNING_RATE * velocity[i];
          }
        }
      }
    }
    return losses;
  }
}
