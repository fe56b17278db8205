package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.network.Op;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.pruning.method.Phew;

class PhewTest {
  private static final int SEEDS = 4000;

  /** The first walk starts at the first input: its steps have known probabilities. */
  @Test
  void aWalkForwardGoesAlongLargeWeightsInProportion() {
    NetworkSpec chain = SquaredFlowTest.chain(2, 2, 3);
    float[] w = {1, 5, -3, 4, /* classifier */ 2, 1, -1, 6, 3, 0.5f};
    int[] first = new int[w.length];
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] scores = scores(chain, w, 0.2, seed);
      for (int i = 0; i < w.length; i++) {
        first[i] += scores[i] > 0 ? 1 : 0;
      }
    }
    double viaFirst = 1.0 / 4;
    double viaSecond = 3.0 / 4;
    double[] expected = {
      viaFirst,
      0,
      viaSecond,
      0,
      viaFirst * 2 / 6,
      viaSecond * 1 / 7.5,
      viaFirst * 1 / 6,
      viaSecond * 6 / 7.5,
      viaFirst * 3 / 6,
      viaSecond * 0.5 / 7.5
    };
    assertFrequencies(first, expected);
  }

  /** A kernel is chosen by the sum of its sizes, a cell within it by its own. */
  @Test
  void aWalkBackEntersAKernelByItsSumAndACellByItsSize() {
    NetworkSpec conv =
        new NetworkSpec(
            "conv",
            new FeatureShape(2, 4, 4),
            List.of(
                convolution("first", NetworkSpec.INPUT, 1, 2, 3),
                new Op.GlobalAveragePool("pool", "first")));
    float[] w = new float[18];
    for (int i = 0; i < w.length; i++) {
      w[i] = (i % 2 == 0 ? 1 : -1) * (1 + i);
    }
    int[] passed = new int[w.length];
    int counted = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      // Two weights: the forward walk's, from the first channel, and the walk back's, if it is new.
      double[] scores = scores(conv, w, 2 / 18.0, seed);
      int back = indexOf(scores, 1);
      if (indexOf(scores, 2) < 9 && back >= 9) {
        passed[back]++;
        counted++;
      }
    }
    // Only the second kernel's cells: those of the first may have been passed before.
    for (int i = 9; i < w.length; i++) {
      double expected = (1.0 + i) / (9 * 14.0);
      assertThat((double) passed[i] / counted)
          .isCloseTo(expected, within(5 * Math.sqrt(expected / counted)));
    }
  }

  /** Where a stage changes, walks go through the shortcut as often as through the block. */
  @Test
  void shortcutsWithWeightsAreTakenHalfOfTheTimeAndOthersNever() {
    NetworkSpec resnet = ModelZoo.named("resnet20", new FeatureShape(3, 8, 8), 4, 0.25);
    float[] w = Initialization.parameters(resnet, FanIn.DENSE, 1);
    WeightMask all = WeightMask.all(resnet);
    int shortcut = 0;
    int block = 0;
    for (int seed = 0; seed < 400; seed++) {
      double[] scores = new Phew.Score(resnet, 20.0 / all.size(), seed).score(w, all, 0);
      for (int layer = 0; layer < all.layers(); layer++) {
        String name = all.layer(layer).name();
        boolean passed = false;
        for (int i = all.offset(layer); i < all.offset(layer + 1); i++) {
          // The first walk's: no walk has more than 20 weights.
          passed |= scores[i] > 20 - 14;
        }
        if (passed && name.contains("shortcut")) {
          shortcut++;
        }
        if (name.equals("stage1.block1.conv1")) {
          assertThat(passed).as("a block beside an identity is always gone through").isTrue();
        }
        if (passed && (name.equals("stage2.block1.conv1") || name.equals("stage3.block1.conv1"))) {
          block++;
        }
      }
    }
    assertThat(shortcut).isPositive();
    assertThat((double) shortcut / (shortcut + block)).isCloseTo(0.5, within(0.09));
  }

  @ParameterizedTest
  @ValueSource(strings = {"convnet", "resnet20", "vgg11", "mobilenetv2"})
  void allButTheLastWalkLieOnPathsAndNoLayerIsEmpty(String model) {
    String[] settings = {
      "model.name=" + model, "model.width=" + (model.equals("vgg11") ? 0.25 : 0.5)
    };
    DesignedNetwork designed = ErkPlusTest.designed("phew", 0.05, settings);
    NetworkSummary summary = NetworkSummary.of(designed.network());
    assertThat(summary.kept()).isEqualTo(DensityAllocator.keptOf((int) summary.prunable(), 0.05));
    assertThat(summary.kept() - summary.effective())
        .isLessThan(designed.network().weighted().size());
    assertThat(summary.rows()).allMatch(row -> row.kept() > 0);
    assertThat(ErkPlusTest.designed("phew", 0.05, settings).network())
        .isEqualTo(designed.network());
  }

  @Property(tries = 10)
  void keepsExactlyTheBudget(
      @ForAll @DoubleRange(min = 0.01, max = 0.7) double density,
      @ForAll @IntRange(min = 0, max = 100) int seed) {
    DesignedNetwork designed =
        ErkPlusTest.designed("phew", density, seed, "model.name=convnet", "model.width=0.25");
    NetworkSummary summary = NetworkSummary.of(designed.network());
    assertThat(summary.kept())
        .isEqualTo(DensityAllocator.keptOf((int) summary.prunable(), density));
  }

  @Test
  void allWeightsAreKeptAtDensityOneAndNearlyAllAreRefused() {
    assertThat(ErkPlusTest.designed("phew", 1).density()).isEqualTo(1);
    assertThatThrownBy(
            () -> ErkPlusTest.designed("phew", 0.9999, "model.name=convnet", "model.width=0.25"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Density 0.9999 cannot be met by phew: its walks pass ");
  }

  private static double[] scores(NetworkSpec network, float[] w, double density, long seed) {
    return new Phew.Score(network, density, seed).score(w, WeightMask.all(network), 0);
  }

  private static int indexOf(double[] values, double value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    throw new AssertionError("No " + value + " in " + Arrays.toString(values));
  }

  private static void assertFrequencies(int[] counts, double[] expected) {
    for (int i = 0; i < counts.length; i++) {
      double deviation = Math.sqrt(expected[i] * (1 - expected[i]) / SEEDS);
      assertThat((double) counts[i] / SEEDS)
          .as("weight " + i)
          .isCloseTo(expected[i], within(5 * deviation));
    }
  }

  private static Op.Convolution convolution(
      String name, String input, int filters, int channels, int side) {
    return new Op.Convolution(
        name,
        input,
        Support.dense(new WeightShape(filters, channels, side, side)),
        1,
        side / 2,
        false);
  }
}
