package org.sscspark.pruning;

/**
 * A method that gives each weight of the dense network a score, however random, and keeps the
 * highest.
 */
public non-sealed interface ScoringMethod extends PruningMethod {
  /** Whether the score needs training images. */
  boolean needsData();

  /** What holds where the section {@code pruning} says nothing. */
  default ScoringDefaults defaults() {
    return ScoringDefaults.COMMON;
  }

  /** Returns what gives the scores. */
  Scorer scorer(ScoringContext context);
}
