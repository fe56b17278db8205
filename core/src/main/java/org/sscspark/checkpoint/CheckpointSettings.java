package org.sscspark.checkpoint;

/**
 * When checkpoints are made, which are kept and what they hold; bound from {@code checkpoint}.
 *
 * @param everyRounds rounds between checkpoints; one is made after each epoch's last round as well
 * @param keep how many of the newest are kept, besides the best
 * @param modelZip whether the last checkpoint, and each that is the best so far, hold the model for
 *     DL4J as well
 */
public record CheckpointSettings(int everyRounds, int keep, boolean modelZip) {
  public CheckpointSettings {
    if (everyRounds < 1) {
      throw new IllegalArgumentException(
          "every-rounds is " + everyRounds + ": it must be 1 or more");
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep is " + keep + ": it must be 1 or more");
    }
  }
}
