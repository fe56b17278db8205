package org.sscspark.pruning;

/** Sees the scores of each step of a pruner. */
@FunctionalInterface
public interface ScoreListener {
  /** Looks away. */
  ScoreListener NONE = (step, scores) -> {};

  /**
   * Called before a step selects.
   *
   * @param step from 0
   * @param scores of all prunable weights, as in the flat vector; to be copied, not changed
   */
  void scored(int step, double[] scores);
}
