package org.sscspark.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelCountsTest {
  @Test
  void onePairOfCheckerboardsIsSsc() {
    for (int points = 0; points <= 6; points++) {
      assertThat(KernelCounts.of(8, 9 + points, 3, 3, 0)).contains(KernelCounts.ssc(4, points));
    }
  }

  @Test
  void ranksFromPointwiseToFull() {
    assertThat(KernelCounts.of(4, 1, 3, 3, 0)).contains(new KernelCounts(4, 0, 0, 0, 1));
    assertThat(KernelCounts.of(4, 4, 3, 3, 0)).contains(new KernelCounts(4, 0, 0, 1, 0));
    assertThat(KernelCounts.of(4, 5, 3, 3, 0)).contains(new KernelCounts(4, 0, 1, 0, 0));
    assertThat(KernelCounts.of(4, 18, 3, 3, 0)).contains(new KernelCounts(4, 0, 2, 2, 0));
    assertThat(KernelCounts.of(4, 27, 3, 3, 0)).contains(new KernelCounts(4, 2, 1, 1, 0));
    assertThat(KernelCounts.of(4, 36, 3, 3, 0)).contains(new KernelCounts(4, 4, 0, 0, 0));
    assertThat(KernelCounts.of(4, 3, 1, 1, 0)).contains(new KernelCounts(4, 0, 0, 0, 3));
    assertThat(KernelCounts.of(4, 37, 3, 3, 0)).isEmpty();
  }

  @Test
  void pointShareMovesWeightsToPointKernelsWhereThePeriodHasRoom() {
    assertThat(KernelCounts.of(16, 14, 3, 3, 0)).contains(KernelCounts.ssc(8, 5));
    assertThat(KernelCounts.of(16, 14, 3, 3, 0.5)).contains(new KernelCounts(16, 0, 1, 0, 9));
    assertThat(KernelCounts.of(16, 14, 3, 3, 1)).contains(new KernelCounts(16, 0, 0, 0, 14));
    assertThat(KernelCounts.of(32, 27, 3, 3, 0.5)).contains(new KernelCounts(32, 0, 1, 1, 18));
    assertThat(KernelCounts.of(4, 4, 3, 3, 1)).contains(new KernelCounts(4, 0, 0, 0, 4));
    assertThat(KernelCounts.of(3, 4, 3, 3, 1)).contains(new KernelCounts(3, 0, 0, 1, 0));
    assertThat(KernelCounts.of(8, 20, 3, 3, 1)).contains(new KernelCounts(8, 0, 2, 2, 2));
  }

  @Property(tries = 500)
  void slotsHoldTheWeightsAskedFor(
      @ForAll @IntRange(min = 1, max = 48) int period,
      @ForAll @IntRange(min = 1, max = 432) int weights,
      @ForAll @IntRange(min = 0, max = 16) int distance,
      @ForAll @IntRange(min = 0, max = 4) int quartersOfPoints) {
    Optional<KernelCounts> counts = KernelCounts.of(period, weights, 3, 3, quartersOfPoints / 4.0);

    counts.ifPresent(
        kernels -> {
          List<KernelType> slots = kernels.slots(distance);
          assertThat(slots).hasSize(period);
          assertThat(slots.stream().mapToInt(type -> type.weights(3, 3)).sum())
              .isEqualTo(weights)
              .isEqualTo(kernels.weights(3, 3));
          assertThat(slots.stream().filter(type -> type != KernelType.ZERO).count())
              .isEqualTo(kernels.nonZero());
        });
    if (period > 8 && weights <= 4 * period) {
      assertThat(counts).isPresent();
    }
  }

  @Property(tries = 500)
  void shiftsHoldTheSameKernelsAtMultiplesOfThePlace(
      @ForAll @IntRange(min = 1, max = 48) int period,
      @ForAll @IntRange(min = 1, max = 432) int weights,
      @ForAll @IntRange(min = 1, max = 48) int place) {
    KernelCounts.of(period, weights, 3, 3, 0)
        .ifPresent(
            kernels -> {
              List<KernelType> slots = kernels.shifts(place);
              assertThat(slots).hasSize(period);
              for (KernelType type : KernelType.values()) {
                assertThat(Collections.frequency(slots, type))
                    .as("%s", type)
                    .isEqualTo(Collections.frequency(kernels.slots(0), type));
              }
              // A cycle is as long as this before it meets itself.
              int cycle =
                  period / BigInteger.valueOf(place).gcd(BigInteger.valueOf(period)).intValue();
              for (int i = 0; i < Math.min(cycle, kernels.nonZero()); i++) {
                assertThat(slots.get(i * place % period)).isNotEqualTo(KernelType.ZERO);
              }
            });
  }

  /** RadiX-Net's theorem: after m layers of radix r, r^m nodes are connected by one path each. */
  @ParameterizedTest
  @CsvSource({"2, 4", "3, 3", "4, 2", "5, 2", "7, 2"})
  void layersOfAMixedRadixConnectAnyTwoNodesByEquallyManyPaths(int radix, int layers) {
    int period = (int) Math.pow(radix, layers);
    KernelCounts counts = new KernelCounts(period, 0, 1, 1, radix - 2);
    long[][] paths = new long[period][period];
    for (int node = 0; node < period; node++) {
      paths[node][node] = 1;
    }
    for (int layer = 3; layer < 3 + layers; layer++) {
      SscPattern pattern =
          new SscPattern(counts.shifts(SscPlacement.place(layer, radix, period)), 1, layer, 1, 1);
      long[][] next = new long[period][period];
      for (int filter = 0; filter < period; filter++) {
        for (int channel = 0; channel < period; channel++) {
          if (pattern.type(filter, channel) != KernelType.ZERO) {
            for (int source = 0; source < period; source++) {
              next[filter][source] += paths[channel][source];
            }
          }
        }
      }
      paths = next;
    }
    for (long[] row : paths) {
      assertThat(row).containsOnly(1);
    }
  }

  @Test
  void placesOddAtZeroEvenAtGAndPointsApart() {
    String slots =
        String.join(
            "",
            KernelCounts.ssc(8, 3).slots(2).stream()
                .map(type -> type.name().substring(0, 1))
                .toList());

    assertThat(slots).isEqualTo("OZPZZPZZEZZZPZZZ");
  }

  @Test
  void distancesDoubleFromLayerToLayer() {
    assertThat(List.of(0, 1, 2, 3, 4))
        .extracting(index -> SscPlacement.distance(index, 32))
        .containsExactly(1, 2, 4, 8, 1);
  }
}
