package org.sscspark.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class NetworkSummaryTest {
  @Test
  void countsDeadWeightsOfAHandWorkedNetwork() {
    BitSet first = new BitSet();
    first.set(0, 9); // Filter 0 reads channel 0; filter 1 nothing; filter 2 channel 1.
    first.set(45, 54);
    BitSet second = new BitSet();
    second.set(0); // Output 0 reads filters 0 and 1; output 1 reads filter 1 only.
    second.set(1);
    second.set(4);
    NetworkSpec network =
        new NetworkSpec(
            "hand",
            new FeatureShape(2, 4, 4),
            List.of(
                new Op.Convolution(
                    "conv",
                    "input",
                    new Support.Explicit(new WeightShape(3, 2, 3, 3), first),
                    1,
                    1,
                    false),
                new Op.GlobalAveragePool("pool", "conv"),
                new Op.FullyConnected(
                    "fc",
                    "pool",
                    new Support.Explicit(new WeightShape(2, 3, 1, 1), second),
                    true)));

    NetworkSummary summary = NetworkSummary.of(network);

    NetworkSummary.Row conv = summary.rows().get(0);
    assertThat(conv.kept()).isEqualTo(18);
    assertThat(conv.effective()).as("filter 2 feeds nothing").isEqualTo(9);
    assertThat(conv.deadFilters()).isEqualTo(2);
    assertThat(conv.unreadChannels()).isZero();
    assertThat(conv.denseMacs()).isEqualTo(16 * 54);
    assertThat(conv.keptMacs()).isEqualTo(16 * 18);
    assertThat(conv.layersToFullMixing()).isEmpty();
    NetworkSummary.Row fc = summary.rows().get(1);
    assertThat(fc.kept()).isEqualTo(3);
    assertThat(fc.effective()).isEqualTo(1);
    assertThat(fc.deadFilters()).isEqualTo(1);
    assertThat(fc.unreadChannels()).isEqualTo(1);
    assertThat(summary.parameters()).isEqualTo(18 + 3 + 2);
    assertThat(summary.effectiveDensity()).isEqualTo(10.0 / 60);
  }

  @Test
  void tapsThatOnlySeePaddingAreDead() {
    NetworkSpec network =
        new NetworkSpec(
            "pixel",
            new FeatureShape(1, 1, 1),
            List.of(
                new Op.Convolution(
                    "conv", "input", Support.dense(new WeightShape(2, 1, 3, 3)), 1, 1, false)));

    NetworkSummary summary = NetworkSummary.of(network);

    assertThat(summary.kept()).isEqualTo(18);
    assertThat(summary.effective()).isEqualTo(2);
  }
}
