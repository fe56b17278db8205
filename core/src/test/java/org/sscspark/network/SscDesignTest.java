package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Settings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.SupportLayout;

class SscDesignTest {
  private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
  private static final SscSettings UNIFORM = SscSettings.of(DensityProfile.UNIFORM);

  @ParameterizedTest
  @CsvSource({
    "resnet20, 1, 0.02 0.05 0.1 0.153 0.2 0.3 0.5 0.7 0.9",
    "resnet32, 2, 0.02 0.05 0.1 0.2 0.5",
    "resnet18, 1, 0.02 0.1 0.5",
    "resnet50, 1, 0.02 0.1 0.5",
    "vgg19, 1, 0.02 0.05 0.1 0.5",
    "mobilenetv2, 1, 0.02 0.05 0.1 0.3",
    "resnet20, 1.5, 0.02 0.1 0.3",
    "resnet20, 0.3, 0.1 0.5"
  })
  void meetsTheBudgetFromBelowWithEveryChannelMixedAndAlive(
      String model, double width, String densities) {
    NetworkSpec dense = ModelZoo.named(model, CIFAR, 10, width);
    for (DensityProfile profile : List.of(DensityProfile.UNIFORM, DensityProfile.ERK)) {
      for (String density : densities.split(" ")) {
        NetworkSummary summary =
            NetworkSummary.of(
                SscDesign.apply(dense, Double.parseDouble(density), SscSettings.of(profile)));
        double budget = Double.parseDouble(density) * summary.prunable();
        assertThat((double) summary.kept())
            .as("%s x%s %s %s", model, width, profile, density)
            .isBetween(0.995 * budget, budget);
        assertThat(summary.trunkMixing()).as("%s %s", model, density).isEqualTo(1);
        assertThat(summary.layersToFullMixing()).isPresent();
        assertThat(summary.deadFilters()).isZero();
        assertThat(summary.unreadChannels()).isZero();
        assertThat(summary.effective()).isEqualTo(summary.kept());
      }
    }
  }

  @Test
  void keepsAllWeightsAtDensityOne() {
    NetworkSpec dense = ModelZoo.named("resnet20", CIFAR, 10, 1);

    assertThat(SscDesign.apply(dense, 1, UNIFORM)).isEqualTo(dense);
  }

  @Test
  void tinyNetworksMissTheBudgetByLessThanAPatternsSmallestStep() {
    NetworkSpec dense = ModelZoo.named("convnet", CIFAR, 10, 1);
    for (int percent = 6; percent < 100; percent++) {
      NetworkSummary summary = NetworkSummary.of(SscDesign.apply(dense, percent / 100.0, UNIFORM));

      double left = percent / 100.0 * summary.prunable() - summary.kept();
      assertThat(left)
          .isBetween(-1e-9, Math.max(percent > 50 ? 4 * 32 : 32, 0.005 * summary.kept()));
    }
  }

  @Test
  void aSmallLayerDoesNotTakeWhatLargeOnesLeave() {
    NetworkSpec sparse = SscDesign.apply(ModelZoo.named("vgg19", CIFAR, 10, 1), 0.1, UNIFORM);

    List<Op.Weighted> layers = sparse.weighted();
    for (Op.Weighted layer : layers.subList(1, layers.size() - 1)) {
      double density = (double) SupportLayout.of(layer.support()).kept() / layer.prunable();
      assertThat(density).as(layer.name()).isBetween(0.09, 0.115);
    }
  }

  @Test
  void givesTheClassicPatternAtTenPercent() {
    NetworkSpec sparse = SscDesign.apply(ModelZoo.named("resnet20", CIFAR, 10, 1), 0.1, UNIFORM);

    NetworkSummary summary = NetworkSummary.of(sparse);
    assertThat(summary.rows())
        .filteredOn(row -> row.type().startsWith("conv 3x3") && !row.pattern().equals("dense"))
        .extracting(NetworkSummary.Row::pattern)
        .allSatisfy(pattern -> assertThat(pattern).startsWith("SSC(g=8,n="));
    assertThat(summary.rows().get(0).pattern()).isEqualTo("dense");
    assertThat(summary.rows().get(summary.rows().size() - 1).pattern()).isEqualTo("dense");
  }

  /** Knobs of a pattern trade kinds of weights, not their number, and so not multiply-adds. */
  @Test
  void patternKnobsKeepTheBudgetAndTheMultiplyAdds() {
    NetworkSpec dense = ModelZoo.named("resnet20", CIFAR, 10, 1);
    NetworkSummary usual = NetworkSummary.of(SscDesign.apply(dense, 0.1, UNIFORM));
    for (SscSettings settings :
        List.of(
            ssc("shortest-period=32"),
            ssc("point-share=0.5"),
            ssc("point-share=1"),
            ssc("offsets=false"),
            ssc("parity=alternating"),
            ssc("in-block=4"))) {
      NetworkSpec sparse = SscDesign.apply(dense, 0.1, settings);
      NetworkSummary summary = NetworkSummary.of(sparse);
      assertThat(summary.kept())
          .isBetween((long) (0.0995 * summary.prunable()), summary.prunable() / 10);
      assertThat((double) summary.keptMacs() / usual.keptMacs()).isCloseTo(1, within(0.03));
    }
    assertThat(patterns(dense, ssc("shortest-period=32")))
        .filteredOn(pattern -> pattern.slots().size() == 32)
        .isNotEmpty();
    assertThat(patterns(dense, ssc("point-share=1")))
        .allSatisfy(
            pattern -> assertThat(pattern.slots()).isSubsetOf(KernelType.POINT, KernelType.ZERO));
    assertThat(patterns(dense, ssc("offsets=false")))
        .allSatisfy(pattern -> assertThat(pattern.phase()).isZero());
  }

  /** The section's defaults but for what is said, as in a file or on the command line. */
  private static SscSettings ssc(String... overrides) {
    List<String> keys = Arrays.stream(overrides).map(one -> "ssc." + one).toList();
    return Settings.load(Optional.empty(), keys).bind("ssc", SscSettings.class);
  }

  @ParameterizedTest
  @CsvSource({"resnet20, 0.02", "resnet20, 0.1", "resnet20, 0.4", "vgg19, 0.05", "resnet50, 0.1"})
  void byCostAndMixedRadixMeetTheBudgetWithEveryChannelMixedAndAlive(String model, double density) {
    NetworkSpec dense = ModelZoo.named(model, CIFAR, 10, 1);
    NetworkSummary uniform = NetworkSummary.of(SscDesign.apply(dense, density, UNIFORM));
    for (String profile : List.of("uniform", "by-cost")) {
      NetworkSummary summary =
          NetworkSummary.of(
              SscDesign.apply(dense, density, ssc("profile=" + profile, "distances=mixed-radix")));
      assertThat((double) summary.kept())
          .as("%s", profile)
          .isBetween(0.995 * density * summary.prunable(), density * summary.prunable());
      assertThat(summary.trunkMixing()).isEqualTo(1);
      assertThat(summary.deadFilters()).isZero();
      assertThat(summary.unreadChannels()).isZero();
      assertThat(summary.effective()).isEqualTo(summary.kept());
      if (profile.equals("by-cost") && density > 0.03) {
        assertThat((double) summary.keptMacs()).isLessThan(0.95 * uniform.keptMacs());
      }
    }
    assertThat(SscDesign.apply(dense, density, ssc("distances=doubling")))
        .isEqualTo(SscDesign.apply(dense, density, UNIFORM));
  }

  /**
   * The definition, layer by layer: nothing but the two kernels' places changes, in every other.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet20, 0.1",
    "resnet20, 0.4",
    "resnet32, 0.42",
    "vgg19, 0.1",
    "vgg19, 0.04",
    "resnet18, 0.1"
  })
  void alternatingParitySwapsOddAndEvenInEveryOtherLayer(String model, double density) {
    NetworkSpec dense = ModelZoo.named(model, CIFAR, 10, 1);
    NetworkSpec alternating = SscDesign.apply(dense, density, ssc("parity=alternating"));
    List<SscPattern> usual = patterns(SscDesign.apply(dense, density, UNIFORM));
    List<SscPattern> swapped = patterns(alternating);
    int changed = 0;
    for (int layer = 0; layer < usual.size(); layer++) {
      SscPattern before = usual.get(layer);
      SscPattern after = swapped.get(layer);
      boolean swaps =
          layer % 2 == 1 && before.count(KernelType.ODD) == before.count(KernelType.EVEN);
      for (int slot = 0; slot < before.period(); slot++) {
        KernelType type = before.slots().get(slot);
        KernelType other =
            type == KernelType.ODD
                ? KernelType.EVEN
                : type == KernelType.EVEN ? KernelType.ODD : type;
        assertThat(after.slots().get(slot)).isEqualTo(swaps ? other : type);
      }
      assertThat(List.of(after.phase(), after.inBlock(), after.outBlock()))
          .isEqualTo(List.of(before.phase(), before.inBlock(), before.outBlock()));
      changed += before.equals(after) ? 0 : 1;
    }
    assertThat(changed).isPositive();
    assertThat(NetworkSummary.of(alternating).kept())
        .isEqualTo(NetworkSummary.of(SscDesign.apply(dense, density, UNIFORM)).kept());
  }

  /** The definition: C = P x b x something, b the most up to the one asked for. */
  @ParameterizedTest
  @CsvSource({"resnet20, 0.1", "resnet20, 0.4", "vgg19, 0.1", "resnet50, 0.2", "mobilenetv2, 0.3"})
  void inBlocksAreAsWideAsALayersChannelsAllow(String model, double density) {
    NetworkSpec dense = ModelZoo.named(model, CIFAR, 10, 1);
    List<SscPattern> usual = patterns(SscDesign.apply(dense, density, UNIFORM));
    for (int most : new int[] {2, 3, 4, 64}) {
      NetworkSpec blocks = SscDesign.apply(dense, density, ssc("in-block=" + most));
      List<Op.Weighted> layers = blocks.weighted();
      List<SscPattern> wide = patterns(blocks);
      for (int layer = 0; layer < wide.size(); layer++) {
        SscPattern before = usual.get(layer);
        SscPattern after = wide.get(layer);
        if (before.shift() == 1) {
          int channels = layers.get(layer + 1).support().shape().channels();
          int widest =
              IntStream.rangeClosed(1, most)
                  .filter(block -> channels % (before.period() * block) == 0)
                  .max()
                  .orElseThrow();
          assertThat(after.inBlock()).isEqualTo(widest);
        }
        assertThat(after.slots()).isEqualTo(before.slots());
        assertThat(List.of(after.phase(), after.outBlock()))
            .isEqualTo(List.of(before.phase(), before.outBlock()));
      }
      NetworkSummary summary = NetworkSummary.of(blocks);
      assertThat(summary.trunkMixing()).isEqualTo(1);
      assertThat(summary.deadFilters()).isZero();
      assertThat(summary.unreadChannels()).isZero();
      assertThat(summary.effective()).isEqualTo(summary.kept());
    }
  }

  /**
   * Kind: a budget that leaves a layer of a special form without what it is for. A depthwise kernel
   * that is its centre alone sees one pixel of each window.
   */
  @ParameterizedTest
  @CsvSource({"0.2, 1", "0.1, 1", "0.092, 1", "0.06, 0.4", "0.05, 0.4", "0.03, 0.1", "0.02, 0.1"})
  void depthwiseLayersStayWholeWhereAThirdOfTheWeightsIsEnough(double density, double least) {
    NetworkSpec dense = ModelZoo.named("mobilenetv2", CIFAR, 10, 1);
    NetworkSummary usual = NetworkSummary.of(SscDesign.apply(dense, density, UNIFORM));
    NetworkSummary share =
        NetworkSummary.of(SscDesign.apply(dense, density, ssc("depthwise=share")));

    assertThat(depthwise(usual))
        .hasSize(17)
        .allSatisfy(kept -> assertThat(kept).isBetween(least, 1.0));
    assertThat(depthwise(share)).hasSize(17).allSatisfy(kept -> assertThat(kept).isLessThan(0.45));
    for (NetworkSummary one : List.of(usual, share)) {
      assertThat(one.density()).isBetween(0.995 * density, density);
    }
    assertThat(ssc("depthwise=whole")).isEqualTo(UNIFORM);
  }

  private static List<Double> depthwise(NetworkSummary summary) {
    return summary.rows().stream()
        .filter(row -> row.name().endsWith(".depthwise.conv"))
        .map(NetworkSummary.Row::density)
        .toList();
  }

  /** A setting that changes nothing is told, for every such setting. */
  @Test
  void refusesBlocksAndParitiesThatNoLayerHasRoomFor() {
    NetworkSpec dense = ModelZoo.named("resnet20", CIFAR, 10, 1);

    assertThatThrownBy(() -> SscDesign.apply(dense, 0.1, ssc("in-block=4", "shortest-period=64")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.in-block = 4: in no layer of resnet20");
    assertThatThrownBy(
            () -> SscDesign.apply(dense, 0.1, ssc("parity=alternating", "point-share=1")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.parity = alternating: no layer of resnet20");
    // One ODD more than EVEN in each: swapped, a period would lose a weight.
    assertThatThrownBy(() -> SscDesign.apply(dense, 0.45, ssc("parity=alternating")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.parity = alternating: no layer of resnet20");
    assertThatThrownBy(() -> SscDesign.apply(dense, 0.1, ssc("depthwise=share")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.depthwise = share: no layer of resnet20 is depthwise");
    assertThatThrownBy(() -> ssc("depthwise=share", "profile=erk"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.depthwise = share does not go with ssc.profile = erk");
    assertThatThrownBy(() -> ssc("in-block=0"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.in-block is 0; it must be positive");
    assertThat(ssc("in-block=1", "parity=same")).isEqualTo(UNIFORM);
  }

  /** Kind: a setting beside which another has no effect. */
  @Test
  void refusesWhatHasNoEffectBesideG() {
    for (String unused : List.of("profile=erk", "shortest-period=16", "point-share=0.5")) {
      assertThatThrownBy(() -> ssc("g=4", "n=2", unused))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(
              "ssc.%s does not go with ssc.g".formatted(unused.substring(0, unused.indexOf('='))));
    }
    assertThatThrownBy(() -> ssc("profile=explicit"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.layers and ssc.profile = explicit need each other");
    assertThatThrownBy(() -> ssc("layers=[{ layer = \"stage1.*\", density = 0.5 }]"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.layers and ssc.profile = explicit need each other");
  }

  @Test
  void distancesNeedOffsets() {
    assertThat(ssc("distances=doubling")).isEqualTo(UNIFORM);
    assertThatThrownBy(() -> ssc("offsets=false", "distances=mixed-radix"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ssc.distances does not go with ssc.offsets = false");
  }

  private static List<SscPattern> patterns(NetworkSpec dense, SscSettings settings) {
    return patterns(SscDesign.apply(dense, 0.1, settings));
  }

  /** Of all layers but the first and the last, which stay dense. */
  private static List<SscPattern> patterns(NetworkSpec sparse) {
    List<Op.Weighted> layers = sparse.weighted();
    return layers.subList(1, layers.size() - 1).stream()
        .map(layer -> ((Support.Patterned) layer.support()).pattern())
        .toList();
  }

  @Test
  void keepsClassesAtLeastFourFiltersWideAtTenPercent() {
    NetworkSpec sparse = SscDesign.apply(ModelZoo.named("resnet32", CIFAR, 10, 2), 0.1, UNIFORM);

    for (Op.Weighted op : sparse.weighted()) {
      for (FilterClass filterClass : SupportLayout.of(op.support()).classes()) {
        assertThat(filterClass.filters().length).as(op.name()).isGreaterThanOrEqualTo(4);
      }
    }
  }

  @Test
  void explicitGAndNOverrideTheDensity() {
    SscSettings settings = ssc("out-block=1", "g=4", "n=2");

    NetworkSummary summary =
        NetworkSummary.of(SscDesign.apply(ModelZoo.named("resnet20", CIFAR, 10, 1), 0.9, settings));

    NetworkSummary.Row row = summary.rows().get(1);
    assertThat(row.pattern()).isEqualTo("SSC(g=4,n=2,s=1,phase=0,b=1)");
    assertThat(row.density()).isEqualTo(11.0 / 72, within(1e-12));
  }

  @Test
  void reportsANetworkThatFallsApart() {
    NetworkSpec dense = ModelZoo.named("vgg16", CIFAR, 10, 0.25);
    SscPattern cliques = SscPattern.shuffledGroupwise(4);
    NetworkSpec apart = dense;
    for (Op.Weighted op : dense.weighted().subList(1, 13)) {
      apart =
          apart.withSupports(
              Map.of(op.name(), new Support.Patterned(op.support().shape(), cliques)));
    }

    assertThat(NetworkSummary.of(apart).trunkMixing()).isEqualTo(0.25);
  }

  @Test
  void explicitDensitiesHoldForNamedLayersAndOthersShareTheRest() {
    SscSettings settings =
        ssc("profile=explicit", "layers=[{ layer = \"stage1.*\", density = 0.5 }]");

    NetworkSummary summary =
        NetworkSummary.of(
            SscDesign.apply(ModelZoo.named("resnet20", CIFAR, 10, 1), 0.15, settings));

    assertThat(summary.density()).isBetween(0.995 * 0.15, 0.15);
    assertThat(summary.rows().subList(1, 7))
        .allSatisfy(row -> assertThat(row.density()).isEqualTo(0.5, within(1e-9)));
  }

  /** Kind: an entry of a list that is read and does nothing. */
  @Test
  void densitiesThatHoldForNoLayerAreRefused() {
    NetworkSpec dense = ModelZoo.named("resnet20", CIFAR, 10, 1);
    for (String layer : List.of("first", "last", "stem.conv", "stem.*")) {
      assertThatThrownBy(() -> explicit(dense, "{ layer = \"" + layer + "\", density = 0.3 }"))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "ssc.layers gives %s a density, and ssc.dense-layers keeps all of it; leave one out"
                  .formatted(layer));
    }
    String block = "{ layer = \"stage1.block1.*\", density = 0.5 }";
    assertThatThrownBy(() -> explicit(dense, block + ", { layer = \"stage1.*\", density = 0.3 }"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "ssc.layers: nothing is left for stage1.block1.*, as the last entry that fits a layer holds; put it further behind, or leave it out");
    for (String before :
        List.of("{ layer = \"stage1.*\", density = 0.3 }", "{ layer = \"*\", density = 0.15 }")) {
      assertThat(NetworkSummary.of(explicit(dense, before + ", " + block)).rows())
          .filteredOn(row -> row.name().startsWith("stage1.block1."))
          .hasSize(2)
          .allSatisfy(row -> assertThat(row.density()).isEqualTo(0.5, within(1e-9)));
    }
  }

  private static NetworkSpec explicit(NetworkSpec dense, String layers) {
    return SscDesign.apply(dense, 0.2, ssc("profile=explicit", "layers=[" + layers + "]"));
  }

  @Test
  void anImpossibleBudgetNamesTheLayerAndItsFloor() {
    NetworkSpec dense = ModelZoo.named("mobilenetv2", CIFAR, 100, 1);

    assertThatThrownBy(() -> SscDesign.apply(dense, 0.01, UNIFORM))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Density 0.01 cannot be met")
        .hasMessageContaining("layer classifier, 128000 of its 128000 weights");
  }

  /** The remedy is tried: what the message says to take has a pattern, and one more has none. */
  @ParameterizedTest
  @CsvSource({"resnet20, 0.1, 3", "resnet20, 0.1, 16", "resnet20, 0.1, 1000000", "vgg19, 0.02, 64"})
  void blocksOfFiltersThatLeaveChannelsUnreadNameTheWidestThatDoNot(
      String model, double density, int block) {
    NetworkSpec dense = ModelZoo.named(model, CIFAR, 10, 1);
    int taken = block;
    for (int tries = 0; tries < 5; tries++) {
      try {
        SscDesign.apply(dense, density, ssc("out-block=" + taken));
        break;
      } catch (BadInputException e) {
        assertThat(e)
            .hasMessageMatching(
                "ssc.out-block = "
                    + taken
                    + ": layer \\S+, .*; take ssc.out-block = \\d+ or less, a larger density, or add"
                    + " the layer to ssc.dense-layers");
        taken =
            Integer.parseInt(e.getMessage().replaceAll(".*take ssc.out-block = (\\d+) .*", "$1"));
      }
    }
    int most = taken;
    assertThat(most).isLessThan(block);
    NetworkSpec sparse = SscDesign.apply(dense, density, ssc("out-block=" + most));
    assertThat(NetworkSummary.of(sparse).density()).isBetween(0.9 * density, density);
    assertThatThrownBy(() -> SscDesign.apply(dense, density, ssc("out-block=" + (most + 1))))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void refusesUnknownLayersAndPeriodsThatDoNotFit() {
    NetworkSpec dense = ModelZoo.named("resnet20", CIFAR, 10, 1);
    SscSettings unknown = ssc("dense-layers=[\"stage9.*\"]");
    SscSettings odd = ssc("g=5");

    assertThatThrownBy(() -> SscDesign.apply(dense, 0.1, unknown))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no layer 'stage9.*'");
    assertThatThrownBy(() -> SscDesign.apply(dense, 0.1, odd))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("2g = 10 must divide the 16 channels of layer stage1.block1.conv1");
    assertThatThrownBy(() -> SscDesign.apply(dense, 0, UNIFORM))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("density is 0.0");
  }

  @Test
  void defaultSettingsAreThoseOfTheDefaultsFile() {
    Settings settings = Settings.load(Optional.empty(), List.of());

    assertThat(settings.bind("ssc", SscSettings.class)).isEqualTo(UNIFORM);
    assertThat(settings.bind("model", ModelSettings.class))
        .isEqualTo(new ModelSettings("resnet20", 1));
  }
}
