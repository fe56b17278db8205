package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.data.Augmentation;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.NetworkSummary;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.pruning.method.Magnitude;
import org.sscspark.pruning.method.RandomScore;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class DataFreePruningTest {
  private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
  private static final NetworkSpec VGG16 = ModelZoo.named("vgg16", CIFAR, 100, 1);
  private static final NetworkSpec RESNET20 = ModelZoo.named("resnet20", CIFAR, 10, 1);

  /**
   * Layer densities of magnitude pruning have a closed form for Gaussian initial weights; the
   * expected values are erfc(t / (sigma sqrt 2)) with t solved for the global density.
   */
  @ParameterizedTest
  @CsvSource({
    // Densities of the mask that SynFlow's authors stored for one seed.
    "0.0177828, .826 .308 .309 .150 .148 .042 .041 .042 .0039 .0038 .0039 .0040 .0039 .338",
    "0.10, .888 .515 .515 .358 .358 .193 .193 .193 .066 .066 .066 .066 .066 .540",
    "0.01, .802 .246 .246 .101 .101 .020 .020 .020 .001 .001 .001 .001 .001 .274"
  })
  void magnitudeDensitiesFollowTheirClosedForm(double density, String expected) {
    WeightMask kept = magnitude(VGG16, initial(VGG16, 3), density);

    List<Double> closedForm = Arrays.stream(expected.split(" ")).map(Double::valueOf).toList();
    for (int layer = 0; layer < kept.layers(); layer++) {
      double p = closedForm.get(layer);
      double deviation = Math.sqrt(p * (1 - p) / kept.size(layer));
      assertThat((double) kept.count(layer) / kept.size(layer))
          .as(kept.layer(layer).name())
          .isCloseTo(p, within(4 * deviation + 0.001));
    }
  }

  /** The share of the dense network's multiply-adds, computed by the reference definition. */
  @ParameterizedTest
  @CsvSource({
    "vgg19, 1, 32, .2225 .1131 .0475",
    "resnet32, 2, 32, .1749 .0878 .0346",
    "resnet20, 1, 32, .1773 .0866 .0347",
    "resnet50, 1, 224, .2418 .1217 .0487"
  })
  void erkCostsTheMultiplyAddsOfTheReference(
      String model, double width, int side, String expected) {
    NetworkSpec network =
        ModelZoo.named(model, new FeatureShape(3, side, side), side == 224 ? 1000 : 10, width);
    NetworkSummary summary = NetworkSummary.of(network);
    List<PrunableLayer> layers = network.layers();
    double[] densities = {0.1, 0.05, 0.02};
    for (int i = 0; i < densities.length; i++) {
      double[] erk = DensityAllocator.densities(DensityProfile.ERK, layers, densities[i]);
      double macs = 0;
      for (int layer = 0; layer < erk.length; layer++) {
        macs += erk[layer] * summary.rows().get(layer).denseMacs();
      }
      assertThat(macs / summary.denseMacs())
          .as("at " + densities[i])
          .isCloseTo(Double.parseDouble(expected.split(" ")[i]), within(0.00005));
    }
  }

  @Test
  void magnitudeKeepsEveryLayerOfOneInitialisationFamily() {
    WeightMask kept = magnitude(RESNET20, initial(RESNET20, 1), 0.02);
    assertThat(report(kept).collapsedLayers()).isEmpty();
  }

  /**
   * A classifier drawn uniformly within 1 / sqrt(inputs), the default of a popular library, lies
   * below the global threshold of ResNet-18 from a density of 7.7 % down.
   */
  @Test
  void magnitudeLosesAClassifierOfSmallUniformWeights() {
    NetworkSpec resnet18 = ModelZoo.named("resnet18", CIFAR, 10, 1);
    float[] weights = initial(resnet18, 1);
    int classifier = 512 * 10;
    int end = WeightMask.all(resnet18).size();
    double bound = 1 / Math.sqrt(512);
    for (int i = 0; i < classifier; i++) {
      weights[end - classifier + i] = (float) (bound * (2.0 * i / classifier - 1));
    }
    assertThat(report(magnitude(resnet18, weights, 0.10)).collapsedLayers()).isEmpty();
    assertThat(report(magnitude(resnet18, weights, 0.07)).collapsedLayers())
        .containsExactly("classifier");
  }

  /**
   * VGG-16 for Tiny-ImageNet has three fully connected layers, drawn with a deviation of 0.01, and
   * convolutions drawn on their fan-out, the smallest of 0.0208. Of the last layer the closed form
   * leaves 11,033 weights of 204,800 at a density of 0.316, where the method works, and 135 at 0.1,
   * where the accuracies that SynFlow's authors published are at chance.
   */
  @Test
  void magnitudeEmptiesFullyConnectedLayersOfSmallWeights() {
    NetworkSpec network = tinyImageNetVgg16();
    float[] weights = fanOutOrHundredth(network);
    assertThat((double) lastLayer(magnitude(network, weights, Math.pow(10, -0.5))))
        .isCloseTo(11_033, within(4 * Math.sqrt(11_033)));
    assertThat((double) lastLayer(magnitude(network, weights, 0.1)))
        .isCloseTo(135, within(4 * Math.sqrt(135)));
  }

  private static int lastLayer(WeightMask kept) {
    return kept.count(kept.layers() - 1);
  }

  private static NetworkSpec tinyImageNetVgg16() {
    NetworkSpec vgg = ModelZoo.named("vgg16", new FeatureShape(3, 64, 64), 200, 1);
    List<Op> ops = new ArrayList<>(vgg.ops().subList(0, vgg.ops().size() - 2));
    ops.add(new Op.AveragePool("pool", ops.get(ops.size() - 1).name(), 2, 2));
    int inputs = 4 * 512;
    int[] widths = {1024, 1024, 200};
    for (int i = 0; i < widths.length; i++) {
      ops.add(
          new Op.FullyConnected(
              "fc" + i,
              ops.get(ops.size() - 1).name(),
              Support.dense(new WeightShape(widths[i], inputs, 1, 1)),
              true));
      inputs = widths[i];
    }
    return new NetworkSpec("tiny-vgg16", vgg.input(), ops);
  }

  private static float[] fanOutOrHundredth(NetworkSpec network) {
    RandomStream random = RandomStream.of(1, Purpose.INITIALISATION);
    float[] weights = new float[ParameterLayout.of(network).weightCount()];
    int i = 0;
    for (Op.Weighted op : network.weighted()) {
      WeightShape shape = op.support().shape();
      double deviation =
          op instanceof Op.FullyConnected ? 0.01 : Math.sqrt(2.0 / (9 * shape.filters()));
      for (int end = i + shape.size(); i < end; i++) {
        weights[i] = (float) (deviation * random.nextGaussian());
      }
    }
    return weights;
  }

  @Property(tries = 20)
  void randomKeepsExactlyTheBudget(@ForAll @DoubleRange(min = 0.01, max = 1) double density) {
    WeightMask kept =
        new Pruner(new RandomScore(1), new Schedule.OneShot(), new LayerBudget.Global())
            .prune(RESNET20, initial(RESNET20, 1), density);
    assertThat(kept.count()).isEqualTo(DensityAllocator.keptOf(kept.size(), density));
    assertThat(ParameterLayout.of(RESNET20.withSupports(kept.supports())).weightCount())
        .isEqualTo(kept.count());
  }

  @Test
  void budgetsThatAreExactNumbersOfWeightsAreKeptWhole() {
    assertThat(DensityAllocator.keptOf(100, 0.29)).isEqualTo(29);
    assertThat(DensityAllocator.keptOf(100, 0.2999)).isEqualTo(29);
    assertThat(DensityAllocator.keptOf(7, 1)).isEqualTo(7);
  }

  @Test
  void shuffleKeepsLayerCountsAndMovesWeights() {
    WeightMask kept = magnitude(RESNET20, initial(RESNET20, 1), 0.1);
    WeightMask shuffled = SupportShuffle.shuffled(kept, 5);
    for (int layer = 0; layer < kept.layers(); layer++) {
      assertThat(shuffled.count(layer)).isEqualTo(kept.count(layer));
    }
    assertThat(shuffled).isNotEqualTo(kept).isEqualTo(SupportShuffle.shuffled(kept, 5));
  }

  @Test
  void smartRatioMeetsTheBudgetAndFavoursEarlyLayers() {
    LayerBudget.PerLayer budget = SmartRatio.densities(RESNET20, 0.1);
    WeightMask all = WeightMask.all(RESNET20);
    double kept = 0;
    for (int layer = 0; layer < all.layers(); layer++) {
      kept += all.size(layer) * budget.densities().get(layer);
    }
    assertThat(kept / all.size()).isCloseTo(0.1, within(1e-9));
    assertThat(budget.densities().get(1)).isGreaterThan(budget.densities().get(15));
  }

  @Test
  void schedulesEndAtTheTarget() {
    assertThat(new Schedule.Exponential(100).density(99, 0.1)).isEqualTo(0.1);
    assertThat(new Schedule.Exponential(2).density(0, 0.01)).isCloseTo(0.1, within(1e-12));
    assertThat(new Schedule.Linear(4).density(1, 0.2)).isCloseTo(0.6, within(1e-12));
    assertThat(new Schedule.Linear(4).density(3, 0.2)).isEqualTo(0.2);
  }

  private static WeightMask magnitude(NetworkSpec network, float[] initial, double density) {
    return new Pruner(new Magnitude.Score(), new Schedule.OneShot(), new LayerBudget.Global())
        .prune(network, initial, density);
  }

  /** Kind: shares that miss the budget by a weight or two, as far as they are let, keep it not. */
  @Test
  void sharesThatMissTheBudgetAreBroughtToIt() {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(3, 8, 8), 4, 1);
    WeightMask layers = WeightMask.all(network);
    List<Double> halves = Collections.nCopies(layers.layers(), 0.5);
    for (int more = -5; more <= 5; more++) {
      int budget = layers.size() / 2 + more;
      int[] counts =
          new LayerBudget.PerLayer("given", halves).counts(layers, (budget + 0.5) / layers.size());
      assertThat(IntStream.of(counts).sum()).isEqualTo(budget);
    }
  }

  private static PruningReport report(WeightMask kept) {
    Pruner pruner =
        new Pruner(new Magnitude.Score(), new Schedule.OneShot(), new LayerBudget.Global());
    return PruningReport.of(
        pruner,
        PruningPlan.of(new Method("magnitude"), PruningSettings.defaults(), 1, Augmentation.none()),
        0.1,
        kept,
        GradientSources.NONE);
  }

  private static float[] initial(NetworkSpec network, long seed) {
    return Initialization.parameters(network, FanIn.DENSE, seed);
  }
}
