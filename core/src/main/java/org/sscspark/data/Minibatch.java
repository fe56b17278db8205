package org.sscspark.data;

import org.sscspark.engine.Targets;

/**
 * Images ready for an engine. The arrays belong to the reader and are overwritten later: use them
 * until the next call of {@link MinibatchReader#next}.
 *
 * @param input images in the engine's input layout; those from {@code count} on are stale
 * @param targets what the network should say of each image
 * @param count the examples in this minibatch
 */
@SuppressWarnings("ArrayRecordComponent") // A view of the reader's buffers.
public record Minibatch(float[] input, Targets targets, int count) implements TrainingBatch {
  /** Images of one class each. */
  public Minibatch(float[] input, int[] labels, int count) {
    this(input, new Targets.Hard(labels), count);
  }

  /** The class of each image; entries from {@code count} on are stale. */
  public int[] labels() {
    return targets.labels();
  }
}
