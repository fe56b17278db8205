package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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
    "0.10, .888 .515 .515 .358 .358 .193 .193 .193 .066 .066 .066 .066 .066 .540",
    "0.01, .802 .246 .246 .101 .101 .020 .020 .020 .001 .001 .001 .001 .001 .274"
  })
  void magnitudeDensitiesFollowTheirClosedForm(double density, String expected) {
    Kept kept = magnitude(VGG16, initial(VGG16, 3), density);

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
    List<PrunableLayer> layers = network.weighted().stream().map(Op.Weighted::layer).toList();
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
    Kept kept = magnitude(RESNET20, initial(RESNET20, 1), 0.02);
    assertThat(report(kept).collapsedLayers()).isEmpty();
  }

  /**
   * A classifier drawn uniformly within 1 / sqrt(inputs), the default of a popular library, lies
   * below the global threshold of ResNet-18 from a density of 7.7 % down.
   */
  @Test
  void magnitudeLosesAClassifierOfSmallUniformWeights() {
    NetworkSpec resnet18 = ModelZoo.named("resnet18", CIFAR, 10, 1);
    double[] weights = initial(resnet18, 1);
    int classifier = 512 * 10;
    double bound = 1 / Math.sqrt(512);
    for (int i = 0; i < classifier; i++) {
      weights[weights.length - classifier + i] = bound * (2.0 * i / classifier - 1);
    }
    assertThat(report(magnitude(resnet18, weights, 0.10)).collapsedLayers()).isEmpty();
    assertThat(report(magnitude(resnet18, weights, 0.07)).collapsedLayers())
        .containsExactly("classifier");
  }

  @Property(tries = 20)
  void randomKeepsExactlyTheBudget(@ForAll @DoubleRange(min = 0.01, max = 1) double density) {
    Kept kept =
        new Pruner(new Scorer.Random(1), new Schedule.OneShot(), new LayerBudget.Global())
            .prune(RESNET20, initial(RESNET20, 1), density);
    assertThat(kept.count()).isEqualTo(Pruner.keptOf(kept.size(), density));
    assertThat(ParameterLayout.of(RESNET20.withSupports(kept.supports())).weightCount())
        .isEqualTo(kept.count());
  }

  @Test
  void budgetsThatAreExactNumbersOfWeightsAreKeptWhole() {
    assertThat(Pruner.keptOf(100, 0.29)).isEqualTo(29);
    assertThat(Pruner.keptOf(100, 0.2999)).isEqualTo(29);
    assertThat(Pruner.keptOf(7, 1)).isEqualTo(7);
  }

  @Test
  void shuffleKeepsLayerCountsAndMovesWeights() {
    Kept kept = magnitude(RESNET20, initial(RESNET20, 1), 0.1);
    Kept shuffled = SupportShuffle.shuffled(kept, 5);
    for (int layer = 0; layer < kept.layers(); layer++) {
      assertThat(shuffled.count(layer)).isEqualTo(kept.count(layer));
    }
    assertThat(shuffled).isNotEqualTo(kept).isEqualTo(SupportShuffle.shuffled(kept, 5));
  }

  @Test
  void smartRatioMeetsTheBudgetAndFavoursEarlyLayers() {
    LayerBudget.PerLayer budget = SmartRatio.densities(RESNET20, 0.1);
    Kept all = Kept.all(RESNET20);
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

  private static Kept magnitude(NetworkSpec network, double[] initial, double density) {
    return new Pruner(new Scorer.Magnitude(), new Schedule.OneShot(), new LayerBudget.Global())
        .prune(network, initial, density);
  }

  private static PruningReport report(Kept kept) {
    Pruner pruner =
        new Pruner(new Scorer.Magnitude(), new Schedule.OneShot(), new LayerBudget.Global());
    return PruningReport.of(
        pruner,
        PruningPlan.of(Method.MAGNITUDE, PruningSettings.defaults(), 1, Augmentation.none()),
        0.1,
        kept);
  }

  private static double[] initial(NetworkSpec network, long seed) {
    float[] parameters = Initialization.parameters(network, FanIn.DENSE, seed);
    double[] weights = new double[ParameterLayout.of(network).weightCount()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = parameters[i];
    }
    return weights;
  }
}
