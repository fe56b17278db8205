package org.sscspark.spark.watch;

import org.sscspark.training.TrainingListener;

/**
 * Is told of one run, on the thread that trains it. A class that {@code metrics.listeners} names
 * implements it, is public, and has a public constructor without parameters; each run has an object
 * of its own. What it throws is logged, and it is told no more: the run continues.
 */
public interface RunListener extends TrainingListener {
  /** Before anything else: which run it is. */
  default void onRun(WatchedRun run) {}

  /**
   * The run has ended, or has been interrupted.
   *
   * @param complete whether all epochs are done
   */
  default void onEnd(boolean complete) {}
}
