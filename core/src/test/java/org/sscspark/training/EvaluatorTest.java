package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
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

      Evaluation evaluation =
          Evaluator.evaluate(replica, List.of(new Minibatch(input, labels, COUNT)).iterator());

      assertThat(evaluation.topFive()).isEqualTo(firstOf(5, images, labels)).isBetween(10L, 39L);
      assertThat(evaluation.correct()).isEqualTo(firstOf(1, images, labels));
    }
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
