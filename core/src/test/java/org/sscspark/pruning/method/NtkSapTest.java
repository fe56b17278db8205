package org.sscspark.pruning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.engine.choice.Engines;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pruning.WeightMask;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class NtkSapTest {
  private static final EngineSettings LANES = EngineSettings.named("lane");
  private static final double EPSILON = 1e-2;
  private static final long KEY = 11;
  private static final int IMAGES = 6;

  /** S is written out in double precision, and its slopes are differences along the mask. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"FULLY_CONNECTED", "RESIDUAL", "LINEAR_BOTTLENECK"})
  void slopesAreThoseOfTheSquaredChangeOfAnswers(Kind kind) {
    NetworkSpec network = new RandomNetworks(3).network(kind);
    WeightMask kept = someOf(network);
    double[] slopes = new double[kept.size()];
    try (KernelProbe probe = new KernelProbe(network, LANES, IMAGES, EPSILON)) {
      probe.addSlopes(kept, KEY, IMAGES, slopes);
    }

    Change change = new Change(network);
    double largest = 0;
    for (double slope : slopes) {
      largest = Math.max(largest, Math.abs(slope));
    }
    assertThat(largest).isPositive();
    RandomStream random = RandomStream.of(5, Purpose.PRUNING_SCORE);
    for (int sample = 0; sample < 25; sample++) {
      int i = random.nextInt(kept.size());
      double expected = kept.keeps(i) ? change.slope(kept, i) : 0;
      assertThat(slopes[i]).as("weight " + i).isCloseTo(expected, within(2e-3 * largest));
    }
  }

  private static WeightMask someOf(NetworkSpec network) {
    WeightMask all = WeightMask.all(network);
    RandomStream random = RandomStream.of(1, Purpose.PRUNING_SCORE);
    BitSet bits = new BitSet();
    for (int i = 0; i < all.size(); i++) {
      bits.set(i, random.nextDouble() < 0.8);
    }
    return all.with(bits);
  }

  /** S as a function of the mask. Statistics of batch norm are constants, of the mask's network. */
  private static final class Change {
    private static final double STEP = 1e-5;

    private final NetworkSpec network;
    private final float[] images;
    private final float[] weights;
    private final double[] moved;

    Change(NetworkSpec network) {
      this.network = network;
      this.weights = Initialization.parameters(network, FanIn.DENSE, KEY);
      this.images = new float[IMAGES * network.input().size()];
      RandomStream noise = RandomStream.of(KEY, Purpose.PRUNING_NOISE, 0);
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) noise.nextGaussian();
      }
      RandomStream direction = RandomStream.of(KEY, Purpose.PRUNING_NOISE, 1);
      this.moved = new double[weights.length];
      for (int i = 0; i < WeightMask.all(network).size(); i++) {
        moved[i] = weights[i] + EPSILON * direction.nextGaussian();
      }
    }

    double slope(WeightMask kept, int weight) {
      float[] statistics = statistics(kept);
      return (change(kept, statistics, weight, 1 + STEP)
              - change(kept, statistics, weight, 1 - STEP))
          / (2 * STEP);
    }

    /** The flat vector after one minibatch of the masked network, by ND4J's engine. */
    private float[] statistics(WeightMask kept) {
      List<Op> ops = new ArrayList<>();
      for (Op op : network.ops()) {
        ops.add(
            op instanceof Op.BatchNorm norm
                ? new Op.BatchNorm(norm.name(), norm.input(), norm.channels(), norm.epsilon(), 1)
                : op);
      }
      try (Replica replica =
          Engines.create("nd4j", 1)
              .replica(new NetworkSpec(network.name(), network.input(), ops), IMAGES)) {
        System.arraycopy(weights, 0, replica.parameters(), 0, weights.length);
        for (int i = 0; i < kept.size(); i++) {
          replica.parameters()[i] *= kept.keeps(i) ? 1 : 0;
        }
        float[] input = replica.newInput();
        replica.inputLayout().fill(images, IMAGES, input);
        replica.forward(
            input, IMAGES, BatchNormMode.BATCH_AND_UPDATE, new float[IMAGES * network.classes()]);
        return replica.parameters().clone();
      }
    }

    private double change(WeightMask kept, float[] statistics, int weight, double factor) {
      double[] here = new double[statistics.length];
      for (int i = 0; i < here.length; i++) {
        here[i] = statistics[i];
      }
      double[] there = here.clone();
      for (int i = 0; i < kept.size(); i++) {
        double mask = kept.keeps(i) ? (i == weight ? factor : 1) : 0;
        here[i] = mask * weights[i];
        there[i] = mask * moved[i];
      }
      double[] first = answers(here);
      double[] second = answers(there);
      double sum = 0;
      for (int i = 0; i < first.length; i++) {
        sum += (first[i] - second[i]) * (first[i] - second[i]);
      }
      return sum;
    }

    private double[] answers(double[] parameters) {
      double[] pixels = new double[images.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = images[i];
      }
      return new Nd4jDoubleNetwork(network)
          .logits(parameters, pixels, IMAGES, BatchNormMode.RUNNING);
    }
  }

  @Test
  void aScoreBelongsToThePlaceAndTheStepAndNotToTheWeight() {
    NetworkSpec network = new RandomNetworks(4).network(Kind.RESIDUAL);
    WeightMask kept = someOf(network);
    NtkSap.Score score = new NtkSap.Score(network, LANES, 7, 10, 4, 2, EPSILON);

    double[] scores = score.score(new float[kept.size()], kept, 0);

    float[] other = Initialization.parameters(network, FanIn.DENSE, 9);
    assertThat(score.score(other, kept, 0)).isEqualTo(scores);
    assertThat(score.score(other, kept, 1)).isNotEqualTo(scores);
    for (int i = 0; i < scores.length; i++) {
      assertThat(kept.keeps(i) || scores[i] == 0).as("weight " + i).isTrue();
    }
  }
}
