package org.sscspark.engine;

/**
 * What a minibatch's logits should say. Arrays may be buffers that are filled anew for each
 * minibatch; entries beyond its examples are stale.
 */
public sealed interface Targets {
  /** The class of each example; right answers are counted against it. */
  int[] labels();

  /**
   * One class each, with probability one.
   *
   * @param labels the class of each example
   */
  @SuppressWarnings("ArrayRecordComponent") // A view of a buffer.
  record Hard(int[] labels) implements Targets {}

  /**
   * A distribution each, such as that of two images mixed (Zhang et al., ICLR 2018).
   *
   * @param labels the class that counts as the right answer of each example
   * @param probabilities [examples, classes], row by row; a row sums to one
   */
  @SuppressWarnings("ArrayRecordComponent") // A view of buffers.
  record Soft(int[] labels, float[] probabilities) implements Targets {}
}
