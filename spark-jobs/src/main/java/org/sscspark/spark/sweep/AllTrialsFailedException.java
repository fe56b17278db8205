package org.sscspark.spark.sweep;

import org.sscspark.search.Standing;

/** A sweep has ended, and not one of its trials has a score. */
public final class AllTrialsFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AllTrialsFailedException(int trials, Standing first) {
    super("All %s trials failed; trial %s: %s".formatted(trials, first.trial(), first.reason()));
  }
}
