package org.sscspark.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private static Support ssc(int channels, int distance, int points, int outBlock) {
    return new Support.Patterned(
        new WeightShape(channels, channels, 3, 3),
        new SscPattern(KernelCounts.ssc(channels / 2, points).slots(distance), 1, 0, 1, outBlock));
  }

  @Test
  void aShiftOfOneAndOneDistanceKeepsChannelsApart() {
    Support layer = ssc(16, 0, 0, 1);
    Reachability reached = Reachability.identity(16);
    for (int i = 0; i < 10; i++) {
      reached = reached.through(layer, 1);
    }

    assertThat(reached.fraction()).isEqualTo(2.0 / 16);
    assertThat(reached.full()).isFalse();
  }

  @Test
  void doublingDistancesMixInTheLogarithmOfThePeriod() {
    Reachability reached = Reachability.identity(16);
    for (int distance = 1; distance <= 8; distance *= 2) {
      assertThat(reached.full()).isFalse();
      BitSet kept = new BitSet();
      for (int f = 0; f < 16; f++) {
        kept.set(16 * f + f);
        kept.set(16 * f + (f + distance) % 16);
      }
      reached = reached.through(new Support.Explicit(new WeightShape(16, 16, 1, 1), kept), 1);
    }

    assertThat(reached.full()).isTrue();
  }

  @Test
  void blocksOfTwoFiltersMixLikeAShuffle() {
    Support layer = ssc(16, 0, 0, 2);
    Reachability reached = Reachability.identity(16);
    for (int i = 0; i < 4; i++) {
      assertThat(reached.full()).isFalse();
      reached = reached.through(layer, 1);
    }

    assertThat(reached.full()).isTrue();
  }

  @Test
  void knowsWhichChannelsReachWhich() {
    BitSet kept = new BitSet();
    kept.set(0);
    kept.set(5);
    Support layer = new Support.Explicit(new WeightShape(2, 4, 1, 1), kept);

    Reachability once = Reachability.identity(4).through(layer, 1);
    Reachability flattened = Reachability.identity(2).through(layer, 2);

    assertThat(once.reaches(0, 0)).isTrue();
    assertThat(once.reaches(1, 1)).isTrue();
    assertThat(once.links()).isEqualTo(2);
    assertThat(flattened.reaches(1, 0)).isTrue();
    assertThat(flattened.plus(Reachability.identity(2)).links()).isEqualTo(3);
    assertThatThrownBy(() -> Reachability.identity(3).through(layer, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Layer 2x4x1x1 cannot follow 3 channels of 1");
  }
}
