package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HighestScoresTest {
  @Property
  void keepsExactlyKAndNothingBelowWhatItDrops(
      @ForAll @Size(min = 1, max = 200) byte[] coarseScores, @ForAll @IntRange(max = 200) int k) {
    double[] scores = new double[coarseScores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = coarseScores[i] % 8; // Few values, so that ties abound.
    }
    int count = Math.min(k, scores.length);
    BitSet kept = select(scores, count);

    assertThat(kept.cardinality()).isEqualTo(count);
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (kept.get(i) && !kept.get(j)) {
          assertThat(scores[i] > scores[j] || (scores[i] == scores[j] && i < j)).isTrue();
        }
      }
    }
  }

  @Test
  void neverSelectsWhatIsNoCandidate() {
    BitSet candidates = BitSet.valueOf(new long[] {0b0110});
    BitSet kept = new BitSet();
    HighestScores.keepHighest(new double[] {9, 1, 2, 9}, candidates, 0, 4, 1, kept);
    assertThat(kept).isEqualTo(BitSet.valueOf(new long[] {0b0100}));
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    assertThatThrownBy(() -> select(new double[] {1, Double.NaN}, 1))
        .hasMessage("Score 1 is NaN, not finite");
  }

  private static BitSet select(double[] scores, int count) {
    BitSet candidates = new BitSet();
    candidates.set(0, scores.length);
    BitSet kept = new BitSet();
    HighestScores.keepHighest(scores, candidates, 0, scores.length, count, kept);
    return kept;
  }
}
