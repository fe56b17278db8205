package org.sscspark.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The special cases of the definition, against the connections of the layers they stand for. */
class SscPatternTest {
  private static final int F = 24;
  private static final int C = 12;

  private interface Keeps {
    boolean test(int filter, int channel, int row, int column);
  }

  private static void assertKeeps(SscPattern pattern, Keeps expected) {
    Support support = new Support.Patterned(new WeightShape(F, C, 3, 3), pattern);
    for (int f = 0; f < F; f++) {
      for (int c = 0; c < C; c++) {
        boolean any = false;
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 3; column++) {
            boolean kept = expected.test(f, c, row, column);
            any |= kept;
            assertThat(support.keeps(f, c, row, column))
                .as("filter %d channel %d cell %d,%d", f, c, row, column)
                .isEqualTo(kept);
          }
        }
        assertThat(support.connects(f, c)).isEqualTo(any);
      }
    }
  }

  @Test
  void standardKeepsAll() {
    assertKeeps(SscPattern.standard(), (f, c, row, column) -> true);
  }

  @Test
  void pointwiseKeepsCentres() {
    assertKeeps(SscPattern.pointwise(), (f, c, row, column) -> row == 1 && column == 1);
  }

  @Test
  void groupwiseKeepsContiguousGroups() {
    assertKeeps(SscPattern.groupwise(4, C, F), (f, c, row, column) -> f / 6 == c / 3);
  }

  @Test
  void shuffledGroupwiseKeepsInterleavedGroups() {
    assertKeeps(SscPattern.shuffledGroupwise(4), (f, c, row, column) -> f % 4 == c % 4);
  }

  @Test
  void depthwiseKeepsOneChannel() {
    assertKeeps(SscPattern.depthwise(C, 2), (f, c, row, column) -> f / 2 == c);
  }

  @Test
  void hetConvKeepsShiftedFullKernelsAmongPointwise() {
    assertKeeps(
        SscPattern.hetConv(4),
        (f, c, row, column) -> (c + f) % 4 == 0 || (row == 1 && column == 1));
  }

  @Test
  void sscAlternatesCheckerboardsEveryGChannels() {
    SscPattern ssc = new SscPattern(KernelCounts.ssc(3, 0).slots(0), 1, 0, 1, 2);

    assertKeeps(
        ssc,
        (f, c, row, column) ->
            (c + f / 2) % 3 == 0 && (row + column) % 2 == ((c + f / 2) % 6 == 0 ? 0 : 1));
  }

  @Test
  void phaseAndInBlockMoveAndWidenThePeriod() {
    SscPattern pattern =
        new SscPattern(List.of(KernelType.FULL, KernelType.ZERO, KernelType.ZERO), 1, 2, 4, 3);

    assertKeeps(pattern, (f, c, row, column) -> (c / 4 + f / 3 + 2) % 3 == 0);
  }

  @Test
  void kernelTypesHaveTheWeightsOfTheDefinition() {
    assertThat(KernelType.values())
        .extracting(type -> type.weights(3, 3))
        .containsExactly(9, 5, 4, 1, 0);
    assertThat(KernelType.values())
        .extracting(type -> type.weights(1, 1))
        .containsExactly(1, 1, 0, 1, 0);
  }

  /** Kind: factories that fail on an index instead of naming what is wrong. */
  @Test
  void rejectsPeriodsThatAreNotPositive() {
    assertThatThrownBy(() -> SscPattern.hetConv(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of kernels of a part must be positive, was 0");
    assertThatThrownBy(() -> SscPattern.shuffledGroupwise(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of groups must be positive, was 0");
    assertThatThrownBy(() -> SscPattern.depthwise(-1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of channels must be positive, was -1");
    assertThatThrownBy(() -> SscPattern.depthwise(4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of filters of a channel must be positive, was 0");
  }

  @Test
  void refusesWhatDoesNotTile() {
    assertThatThrownBy(() -> SscPattern.groupwise(5, C, F))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of groups, 5, must divide the channels, 12");
    assertThatThrownBy(() -> new SscPattern(List.of(KernelType.FULL), 0, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Phase 1 must be in [0, 1), the period");
    assertThatThrownBy(
            () -> new Support.Patterned(new WeightShape(4, 12, 3, 3), SscPattern.hetConv(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("period 5 x inBlock 1 must divide the 12 channels");
  }
}
