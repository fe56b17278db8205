package org.sscspark.pruning;

/** The examples of each draw: the same for equal draws. */
@FunctionalInterface
public interface ScoringDraws {
  /** Returns the examples of a draw, from 0. */
  ScoringSet draw(int draw);
}
