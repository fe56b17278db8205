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
}
