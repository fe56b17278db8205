package org.sscspark.pruning;

/**
 * Gives each prunable weight a score; the highest are kept. Scores are in double precision, since
 * SynFlow's overflow and GraSP's cancel in single.
 */
public interface Scorer {
  /** The score's name. */
  String method();

  /**
   * Returns the scores, one for each prunable weight.
   *
   * @param initial the flat vector of the unpruned network as initialised; prunable weights come
   *     first in it, and nothing else of it is used
   * @param kept which weights the step before kept
   * @param step the schedule's step, from 0
   */
  double[] score(float[] initial, WeightMask kept, int step);

  /** Whether a weight that a step pruned may come back in a later one. */
  default boolean revives() {
    return false;
  }

  /** What the score saw and how, for the record of a run. */
  default String description() {
    return "no data";
  }
}
