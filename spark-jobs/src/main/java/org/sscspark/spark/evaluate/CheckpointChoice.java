package org.sscspark.spark.evaluate;

/** Which of a run's checkpoints is meant. */
public enum CheckpointChoice {
  /** The one with the highest score. */
  BEST,
  /** The newest. */
  LAST,
  /** The best if one was scored, else the newest. */
  BEST_OR_LAST;

  /** What a run that has none to choose lacks. */
  String inWords() {
    return this == BEST ? "scored checkpoint" : "valid checkpoint";
  }

  /**
   * What to do where there is none to choose.
   *
   * @param last what to take instead of the best, after "the last"
   * @param run what to train on
   */
  String remedy(String last, String run) {
    return this == BEST
        ? "take the last %s, or train with --test".formatted(last)
        : "resume %s with 'train' until it has written one".formatted(run);
  }
}
