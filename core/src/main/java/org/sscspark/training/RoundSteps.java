package org.sscspark.training;

/**
 * The steps of one worker in a round.
 *
 * @param firstIteration the global iteration of the first
 * @param stepsBefore how many steps the optimizer's state comes from; 0 if it starts as zeros
 * @param count the minibatches to train on; 0 returns the start
 */
public record RoundSteps(long firstIteration, long stepsBefore, int count) {
  /** Steps with an optimizer's state that comes from all iterations before. */
  public static RoundSteps goingOn(long firstIteration, int count) {
    return new RoundSteps(firstIteration, firstIteration, count);
  }

  /** The global iteration of a step, from 0. */
  long iteration(int step) {
    return firstIteration + step;
  }

  /** How many steps the optimizer's state comes from before a step, from 0. */
  long stepsBefore(int step) {
    return stepsBefore + step;
  }
}
