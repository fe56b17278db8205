package org.sscspark.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.pattern.DensityAllocator.Limits;

class DensityAllocatorTest {
  @Test
  void erkOfVgg19IsThatOfTheReferenceImplementation() {
    List<PrunableLayer> layers = new ArrayList<>();
    int in = 3;
    for (int out :
        new int[] {64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512}) {
      layers.add(convolution(out, in, 3));
      in = out;
    }
    layers.add(fullyConnected(10, 512));

    double[] densities = DensityAllocator.densities(DensityProfile.ERK, layers, 0.05);

    assertThat(densities)
        .containsExactly(
            new double[] {
              1, .344, .254, .168, .125, .083, .083, .083, .062, .041, .041, .041, .041, .041, .041,
              .041, 1
            },
            within(0.0005));
  }

  @Test
  void erkOfResNet32OfDoubleWidthIsThatOfTheReferenceImplementation() {
    List<PrunableLayer> layers = new ArrayList<>();
    List<Double> expected = new ArrayList<>(List.of(.887));
    layers.add(convolution(32, 3, 3));
    double[] first = {.142, .103, .050};
    double[] rest = {.142, .068, .033};
    double[] shortcut = {0, .894, .442};
    for (int stage = 0; stage < 3; stage++) {
      int width = 32 << stage;
      for (int block = 0; block < 5; block++) {
        boolean changes = stage > 0 && block == 0;
        layers.add(convolution(width, changes ? width / 2 : width, 3));
        expected.add(changes ? first[stage] : rest[stage]);
        layers.add(convolution(width, width, 3));
        expected.add(rest[stage]);
        if (changes) {
          layers.add(convolution(width, width / 2, 1));
          expected.add(shortcut[stage]);
        }
      }
    }
    layers.add(fullyConnected(10, 128));
    expected.add(1.0);

    double[] densities = DensityAllocator.densities(DensityProfile.ERK, layers, 0.05);

    assertThat(densities)
        .containsExactly(
            expected.stream().mapToDouble(Double::doubleValue).toArray(), within(0.0005));
  }

  @Property(tries = 200)
  void meetsTheBudgetWithinTheLimits(
      @ForAll @DoubleRange(min = 0.05, max = 1) double density, @ForAll boolean erk) {
    List<PrunableLayer> layers =
        List.of(
            convolution(16, 3, 3),
            convolution(64, 16, 3),
            convolution(64, 64, 1),
            fullyConnected(10, 64));
    List<Limits> limits =
        List.of(Limits.DENSE, new Limits(0.01, 1), new Limits(0.01, 0.9), new Limits(0.02, 1));
    double total = layers.stream().mapToInt(PrunableLayer::weights).sum();
    double most = total - 0.1 * 4096;

    double[] densities =
        DensityAllocator.densities(
            erk ? DensityProfile.ERK : DensityProfile.UNIFORM, layers, limits, density);

    double kept = 0;
    for (int i = 0; i < densities.length; i++) {
      assertThat(densities[i]).isBetween(limits.get(i).least(), limits.get(i).most());
      kept += densities[i] * layers.get(i).weights();
    }
    assertThat(kept).isEqualTo(Math.min(density * total, most), within(1e-6 * total));
  }

  @Test
  void refusesABudgetBelowTheFloors() {
    List<PrunableLayer> layers = List.of(convolution(16, 3, 3), convolution(16, 16, 3));

    assertThatThrownBy(
            () ->
                DensityAllocator.densities(
                    DensityProfile.UNIFORM, layers, List.of(Limits.DENSE, Limits.NONE), 0.1))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "Density 0.1 cannot be met: the layers keep at least 432 of 2736 weights (density"
                + " 0.1579); the largest floor is that of layer conv16x3, 432 of its 432 weights"
                + " (it is to stay dense)");
  }

  /** No other densities of equal multiply-adds have a smaller sum of weights over density. */
  @Property(tries = 300)
  void byCostIsTheBestOfItsMultiplyAdds(
      @ForAll @IntRange(min = 0, max = 5) int one,
      @ForAll @IntRange(min = 0, max = 5) int other,
      @ForAll @DoubleRange(min = -0.3, max = 0.3) double change) {
    List<PrunableLayer> layers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      layers.add(convolution(16 << i / 2, 16 << (i + 1) / 2, 3).at(1024 >> i));
    }
    double[] best = DensityAllocator.densities(DensityProfile.BY_COST, layers, 0.1);
    assertThat(best[5] / best[1]).isCloseTo(Math.sqrt(16), within(1e-9));
    double[] changed = best.clone();
    changed[one] *= 1 + change;
    double moved = macs(layers, best) - macs(layers, changed);
    changed[other] +=
        moved / ((double) layers.get(other).weights() * layers.get(other).positions());
    if (one != other && changed[other] > 0) {
      assertThat(macs(layers, changed)).isCloseTo(macs(layers, best), within(1e-3));
      assertThat(emptiness(layers, changed))
          .isGreaterThanOrEqualTo(emptiness(layers, best) * (1 - 1e-9));
    }
  }

  private static double macs(List<PrunableLayer> layers, double[] densities) {
    double macs = 0;
    for (int i = 0; i < densities.length; i++) {
      macs += densities[i] * layers.get(i).weights() * layers.get(i).positions();
    }
    return macs;
  }

  private static double emptiness(List<PrunableLayer> layers, double[] densities) {
    double sum = 0;
    for (int i = 0; i < densities.length; i++) {
      sum += layers.get(i).weights() / densities[i];
    }
    return sum;
  }

  private static PrunableLayer convolution(int filters, int channels, int kernel) {
    return new PrunableLayer(
        "conv" + filters + "x" + channels,
        new WeightShape(filters, channels, kernel, kernel),
        1,
        PrunableLayer.Kind.CONVOLUTION,
        1);
  }

  private static PrunableLayer fullyConnected(int outputs, int inputs) {
    return new PrunableLayer(
        "fc", new WeightShape(outputs, inputs, 1, 1), 1, PrunableLayer.Kind.FULLY_CONNECTED, 1);
  }
}
