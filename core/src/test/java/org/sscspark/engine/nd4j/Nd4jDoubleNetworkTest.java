package org.sscspark.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.DoubleNetwork.Gradient;
import org.sscspark.engine.DoubleNetwork.LogitLoss;
import org.sscspark.engine.DoubleNetwork.Point;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.network.NetworkSpec;

/** The oracle's own oracle: central finite differences. */
class Nd4jDoubleNetworkTest {
  private static final double STEP = 1e-5;

  private static final LogitLoss QUADRATIC =
      (logits, gradient) -> {
        double loss = 0;
        for (int i = 0; i < logits.length; i++) {
          double slope = 1 + i % 5;
          loss += slope * logits[i] + logits[i] * logits[i] / 2;
          gradient[i] = slope + logits[i];
        }
        return loss;
      };

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradientsAreFiniteDifferences(Kind kind) {
    int networks = kind == Kind.CONVOLUTION ? 20 : kind == Kind.RESIDUAL ? 2 : 4;
    for (long seed = 0; seed < networks; seed++) {
      RandomNetworks random = new RandomNetworks(seed);
      NetworkSpec network = random.network(kind);
      double[] parameters = doubles(random.parameters(network));
      int count = random.between(1, 4);
      double[] images = doubles(random.images(network, count));
      for (BatchNormMode mode : List.of(BatchNormMode.BATCH, BatchNormMode.RUNNING)) {
        check(network, parameters, images, count, mode, random, kind + " with seed " + seed);
      }
    }
  }

  private static void check(
      NetworkSpec network,
      double[] parameters,
      double[] images,
      int count,
      BatchNormMode mode,
      RandomNetworks random,
      String what) {
    Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);
    Gradient gradient = oracle.gradient(parameters, images, count, mode, QUADRATIC);
    int trainable = oracle.layout().trainableCount();
    for (int i : sample(random, trainable)) {
      double slope = slope(oracle, parameters, images, count, mode, parameters, i);
      assertThat(gradient.parameters()[i])
          .as("%s, %s, parameter %d", what, mode, i)
          .isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
    }
    for (int i : sample(random, images.length)) {
      double slope = slope(oracle, parameters, images, count, mode, images, i);
      assertThat(gradient.images()[i])
          .as("%s, %s, pixel %d", what, mode, i)
          .isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
    }
    for (int i = trainable; i < parameters.length; i++) {
      assertThat(gradient.parameters()[i]).isZero();
    }
  }

  private static List<Integer> sample(RandomNetworks random, int length) {
    List<Integer> sample = new ArrayList<>();
    for (int i = 0; i < Math.min(length, 20); i++) {
      sample.add(random.between(0, length - 1));
    }
    return sample;
  }

  /** The slope of the loss along element i of {@code moved}, one of the other two arrays. */
  private static double slope(
      Nd4jDoubleNetwork oracle,
      double[] parameters,
      double[] images,
      int count,
      BatchNormMode mode,
      double[] moved,
      int i) {
    double kept = moved[i];
    moved[i] = kept + STEP;
    double above = loss(oracle, parameters, images, count, mode);
    moved[i] = kept - STEP;
    double below = loss(oracle, parameters, images, count, mode);
    moved[i] = kept;
    return (above - below) / (2 * STEP);
  }

  private static double loss(
      Nd4jDoubleNetwork oracle,
      double[] parameters,
      double[] images,
      int count,
      BatchNormMode mode) {
    double[] logits = oracle.logits(parameters, images, count, mode);
    return QUADRATIC.lossAndGradient(logits, new double[logits.length]);
  }

  @Test
  void aNetworkGatedByItselfIsTheNetwork() {
    for (Kind kind : Kind.values()) {
      RandomNetworks random = new RandomNetworks(kind.ordinal());
      NetworkSpec network = random.network(kind);
      double[] images = doubles(random.images(network, 2));
      double[] parameters = doubles(random.parameters(network));
      Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);
      Point point = new Point(parameters, images, BatchNormMode.RUNNING);

      assertThat(oracle.gatedLogits(point, point, 2))
          .as(kind.name())
          .containsExactly(oracle.logits(parameters, images, 2, BatchNormMode.RUNNING));
    }
  }

  /** What passes is the positive part less the negative part, both where the other is on. */
  @Test
  void gatesPassWhateverTheSign() {
    RandomNetworks random = new RandomNetworks(2);
    NetworkSpec network = random.network(Kind.RELU);
    double[] parameters = doubles(random.parameters(network));
    double[] deciding = doubles(random.images(network, 3));
    double[] passing = doubles(random.images(network, 3));
    double[] positive = new double[passing.length];
    double[] negative = new double[passing.length];
    for (int i = 0; i < passing.length; i++) {
      positive[i] = deciding[i] > 0 ? Math.max(0, passing[i]) : 0;
      negative[i] = deciding[i] > 0 ? Math.max(0, -passing[i]) : 0;
    }
    Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);
    double[] above = oracle.logits(parameters, positive, 3, BatchNormMode.RUNNING);
    double[] below = oracle.logits(parameters, negative, 3, BatchNormMode.RUNNING);
    double[] nothing =
        oracle.logits(parameters, new double[passing.length], 3, BatchNormMode.RUNNING);

    double[] gated =
        oracle.gatedLogits(
            new Point(parameters, deciding, BatchNormMode.RUNNING),
            new Point(parameters, passing, BatchNormMode.RUNNING),
            3);

    for (int i = 0; i < gated.length; i++) {
      assertThat(gated[i]).isCloseTo(above[i] - below[i] + nothing[i], within(1e-12));
    }
  }

  @Test
  void neverMovesRunningStatistics() {
    RandomNetworks random = new RandomNetworks(1);
    NetworkSpec network = random.network(Kind.RESIDUAL);
    double[] parameters = doubles(random.parameters(network));
    double[] before = parameters.clone();
    double[] images = doubles(random.images(network, 2));
    Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);

    double[] updated = oracle.logits(parameters, images, 2, BatchNormMode.BATCH_AND_UPDATE);

    assertThat(parameters).isEqualTo(before);
    assertThat(updated).isEqualTo(oracle.logits(parameters, images, 2, BatchNormMode.BATCH));
  }

  @Test
  void refusesAVectorOfAnotherLength() {
    NetworkSpec network = new RandomNetworks(1).network(Kind.RELU);
    Nd4jDoubleNetwork oracle = new Nd4jDoubleNetwork(network);
    int size = oracle.layout().size();

    assertThatThrownBy(
            () -> oracle.logits(new double[size + 1], new double[0], 1, BatchNormMode.BATCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The network has %d parameters, was given %d", size, size + 1);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
