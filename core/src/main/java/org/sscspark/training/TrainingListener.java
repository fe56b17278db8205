package org.sscspark.training;

/**
 * Is told of a run's rounds and epochs, in order, on the training thread. An exception stops the
 * run.
 */
public interface TrainingListener {
  /** Before the first round; the state's progress says whether the run resumes. */
  default void onStart(TrainingState start) {}

  /** After a round; {@code state} is the one to resume from. */
  default void onRound(RoundMetrics metrics, TrainingState state) {}

  /** After an epoch's last round, and after its {@link #onRound}. */
  default void onEpoch(EpochMetrics metrics, TrainingState state) {}
}
