package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.pruning.method.Px;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class PxTest {
  /** Two matrices and a ReLU between them: z1 and z2 written out, of kept weights alone. */
  @Property(tries = 20)
  void scoresOfTwoMatricesAreThePathsThatImagesOpen(
      @ForAll @IntRange(min = 1, max = 6) int inputs,
      @ForAll @IntRange(min = 1, max = 6) int hidden,
      @ForAll @IntRange(min = 1, max = 5) int classes,
      @ForAll @IntRange(min = 1, max = 1000) int seed) {
    NetworkSpec network = twoMatrices(inputs, hidden, classes);
    float[] w = Initialization.parameters(network, FanIn.DENSE, seed);
    ScoringSet set = examples(network, seed, 7, 3);
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
    BitSet bits = new BitSet();
    for (int i = 0; i < w.length; i++) {
      bits.set(i, random.nextDouble() < 0.7);
    }
    WeightMask kept = WeightMask.all(network).with(bits);

    double[] scores = new Px.Score(slopes(network, w, set)).score(w, kept, 0);

    double[] m = kept.masked(w);
    double[] open = open(m, kept, set, hidden);
    int second = hidden * inputs;
    for (int j = 0; j < hidden; j++) {
      double in = 0;
      for (int i = 0; i < inputs; i++) {
        in += m[j * inputs + i] * m[j * inputs + i];
      }
      double out = 0;
      for (int k = 0; k < classes; k++) {
        double z1 = 0;
        for (int h = 0; h < hidden; h++) {
          z1 += kept.keeps(second + k * hidden + h) ? open[h] : 0;
        }
        double square = Math.pow(m[second + k * hidden + j], 2);
        out += z1 * square;
        assertClose(scores[second + k * hidden + j], square * z1 * in);
      }
      for (int i = 0; i < inputs; i++) {
        assertClose(scores[j * inputs + i], Math.pow(m[j * inputs + i], 2) * out);
      }
    }
  }

  /** For each hidden unit, the mean of the squares that reach it where it is on. */
  private static double[] open(double[] m, WeightMask kept, ScoringSet set, int hidden) {
    int inputs = set.shape().size();
    double[] open = new double[hidden];
    for (int n = 0; n < set.examples(); n++) {
      for (int j = 0; j < hidden; j++) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < inputs; i++) {
          double x = set.images()[n * inputs + i];
          sum += m[j * inputs + i] * x;
          squares += kept.keeps(j * inputs + i) ? x * x : 0;
        }
        open[j] += sum > 0 ? squares / set.examples() : 0;
      }
    }
    return open;
  }

  /** R is linear in the squares of each layer of a chain, so each layer's scores sum to R. */
  @Test
  void scoresOfEachLayerOfAChainSumToTheBound() {
    NetworkSpec vgg = ModelZoo.named("vgg11", new FeatureShape(3, 32, 32), 10, 0.125);
    float[] parameters = Initialization.parameters(vgg, FanIn.DENSE, 5);
    ScoringSet set = examples(vgg, 5, 3, 2);
    WeightMask all = WeightMask.all(vgg);

    double[] scores = new Px.Score(slopes(vgg, parameters, set)).score(parameters, all, 0);

    double first = sum(scores, all, 0);
    assertThat(first).isPositive();
    for (int layer = 1; layer < all.layers(); layer++) {
      assertThat(sum(scores, all, layer)).isCloseTo(first, within(1e-9 * first));
    }
  }

  /**
   * Without means and shifts, no other scale or variance turns a ReLU off: all that they could
   * change are the flows themselves.
   */
  @Test
  void batchNormDecidesWhichPathsAreOpenAndNothingElse() {
    NetworkSpec vgg = ModelZoo.named("vgg11", new FeatureShape(3, 32, 32), 10, 0.125);
    float[] parameters = Initialization.parameters(vgg, FanIn.DENSE, 5);
    ScoringSet set = examples(vgg, 5, 3, 2);
    double[] initial = scores(vgg, parameters, set);
    fill(vgg, parameters, ParameterLayout.Role.SCALE, 0.5f);
    fill(vgg, parameters, ParameterLayout.Role.VARIANCE, 3);
    assertThat(scores(vgg, parameters, set)).isEqualTo(initial);

    fill(vgg, parameters, ParameterLayout.Role.SHIFT, -0.1f);
    assertThat(sum(scores(vgg, parameters, set), WeightMask.all(vgg), 0))
        .isLessThan(sum(initial, WeightMask.all(vgg), 0));
  }

  private static void fill(
      NetworkSpec network, float[] parameters, ParameterLayout.Role role, float value) {
    for (ParameterLayout.Segment segment : ParameterLayout.of(network).segments()) {
      if (segment.role() == role) {
        Arrays.fill(parameters, segment.offset(), segment.end(), value);
      }
    }
  }

  private static double[] scores(NetworkSpec network, float[] parameters, ScoringSet set) {
    return new Px.Score(slopes(network, parameters, set))
        .score(parameters, WeightMask.all(network), 0);
  }

  private static double sum(double[] scores, WeightMask layers, int layer) {
    double sum = 0;
    for (int i = layers.offset(layer); i < layers.offset(layer + 1); i++) {
      sum += scores[i];
    }
    return sum;
  }

  private static NetworkSpec twoMatrices(int inputs, int hidden, int classes) {
    return new NetworkSpec(
        "two matrices",
        new FeatureShape(inputs, 1, 1),
        List.of(
            matrix("first", NetworkSpec.INPUT, hidden, inputs),
            new Op.Relu("relu", "first"),
            matrix("second", "relu", classes, hidden)));
  }

  private static Op matrix(String name, String input, int rows, int columns) {
    return new Op.FullyConnected(
        name, input, Support.dense(new WeightShape(rows, columns, 1, 1)), false);
  }

  private static ScoringSet examples(NetworkSpec network, long seed, int count, int chunk) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_DATA);
    float[] images = new float[count * network.input().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return new ScoringSet(network.input(), images, new int[count], chunk);
  }

  private static GradientSource slopes(NetworkSpec network, float[] parameters, ScoringSet set) {
    return new LocalGradients(
        NtkTraceBound.of(network, parameters, BatchNormMode.RUNNING), draw -> set);
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
  }
}
