package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;

class EvaluatorTest {
  private static final int CLASSES = 9;
  private static final int COUNT = 40;

  /** The logits are the pixels, some of them equal; the classes are sorted here, not counted. */
  @Test
  void topFiveAreTheFiveLargestOfMoreClasses() {
    NetworkSpec network =
        new NetworkSpec(
            "pixels",
            new FeatureShape(CLASSES, 1, 1),
            List.of(new Op.GlobalAveragePool("pool", "input")));
    RandomNetworks random = new RandomNetworks(43);
    float[] images = random.gaussians(COUNT * CLASSES);
    int[] labels = IntStream.range(0, COUNT).map(n -> random.between(0, CLASSES - 1)).toArray();
    for (int n = 0; n < COUNT; n += 3) {
      images[n * CLASSES + (labels[n] + n) % CLASSES] = images[n * CLASSES + labels[n]];
    }
    try (Replica replica = new Nd4jEngine(1).replica(network, COUNT)) {
      float[] input = Replicas.input(replica, images, COUNT);

      Evaluation evaluation = evaluated(replica, new Minibatch(input, labels, COUNT));

      assertThat(evaluation.topFive()).isEqualTo(firstOf(5, images, labels)).isBetween(10L, 39L);
      assertThat(evaluation.correct()).isEqualTo(firstOf(1, images, labels));
    }
  }

  /** Kind: a network that has diverged. No comparison with what is no number holds. */
  @Test
  void logitsThatAreNoNumbersAreNoAnswers() {
    for (int classes : new int[] {3, CLASSES}) {
      NetworkSpec network =
          new NetworkSpec(
              "pixels",
              new FeatureShape(classes, 1, 1),
              List.of(new Op.GlobalAveragePool("pool", "input")));
      float[] images = new float[3 * classes];
      Arrays.fill(images, 0, classes, Float.NaN);
      images[classes] = Float.NaN;
      images[classes + 1] = 2;
      images[2 * classes] = Float.NaN;
      images[2 * classes + 1] = 2;
      try (Replica replica = new Nd4jEngine(1).replica(network, 3)) {
        float[] input = Replicas.input(replica, images, 3);
        int[] labels = {0, 0, 1};
        Evaluation evaluation = evaluated(replica, new Minibatch(input, labels, 3));
        assertThat(evaluation.correct()).isEqualTo(1);
        assertThat(evaluation.topFive()).isEqualTo(1);
        assertThat(evaluation.confusion()[0][1]).isEqualTo(2);
        assertThat(evaluation.examples()).isEqualTo(3);
        assertThat(SoftmaxCrossEntropy.correct(images, labels, 3, classes)).isEqualTo(1);
      }
    }
  }

  private static Evaluation evaluated(Replica replica, Minibatch batch) {
    Evaluator evaluator = new Evaluator(replica);
    evaluator.add(List.of(batch).iterator());
    return Evaluation.of(replica.network().classes(), List.of(evaluator.evaluation()));
  }

  private static long firstOf(int most, float[] images, int[] labels) {
    return IntStream.range(0, COUNT)
        .filter(
            n ->
                IntStream.range(0, CLASSES)
                    .boxed()
                    .sorted(
                        (a, b) -> Float.compare(images[n * CLASSES + b], images[n * CLASSES + a]))
                    .limit(most)
                    .anyMatch(k -> k == labels[n]))
        .count();
  }
}
