package org.sscspark.data;

/**
 * Images ready for an engine. The arrays belong to the reader and are overwritten later: use them
 * until the next call of {@link MinibatchReader#next}.
 *
 * @param input images in the engine's input layout; those from {@code count} on are stale
 * @param labels the class of each image; entries from {@code count} on are stale
 * @param count the examples in this minibatch
 */
@SuppressWarnings("ArrayRecordComponent") // A view of the reader's buffers.
public record Minibatch(float[] input, int[] labels, int count) implements TrainingBatch {}
