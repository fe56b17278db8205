package org.sscspark.pruning;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Exact selection: keeps the k highest scores of a range, of equal scores the lowest index first.
 * Thresholds, which published implementations use, keep too many or too few where scores tie.
 */
final class HighestScores {
  private HighestScores() {}

  /**
   * Adds the selected indices.
   *
   * @param candidates which indices of the range may be selected; at least {@code count} of them
   * @throws IllegalArgumentException if a candidate's score is no finite number
   */
  static void keepHighest(
      double[] scores, BitSet candidates, int from, int to, int count, BitSet kept) {
    double[] ordered = new double[to - from];
    int size = 0;
    for (int i = candidates.nextSetBit(from); i >= 0 && i < to; i = candidates.nextSetBit(i + 1)) {
      if (!Double.isFinite(scores[i])) {
        throw new IllegalArgumentException("Score " + i + " is " + scores[i] + ", not finite");
      }
      ordered[size++] = scores[i];
    }
    if (count < 0 || count > size) {
      throw new IllegalArgumentException("Cannot keep " + count + " of " + size + " weights");
    }
    if (count == 0) {
      return;
    }
    Arrays.sort(ordered, 0, size);
    double threshold = ordered[size - count];
    int above = 0;
    for (int i = size - 1; i >= 0 && ordered[i] > threshold; i--) {
      above++;
    }
    int ties = count - above;
    for (int i = candidates.nextSetBit(from); i >= 0 && i < to; i = candidates.nextSetBit(i + 1)) {
      if (scores[i] > threshold) {
        kept.set(i);
      } else if (scores[i] == threshold && ties > 0) {
        kept.set(i);
        ties--;
      }
    }
  }
}
