package org.sscspark.pruning;

import java.nio.DoubleBuffer;

/**
 * The gradient of the summed cross-entropy of one chunk: the piece of work that {@link
 * LocalGradients} does one after another and a cluster does side by side. For one thread.
 */
public interface ChunkGradient extends AutoCloseable {
  /**
   * Returns the gradient of a chunk's summed loss, one number for each weight.
   *
   * @param weights the prunable weights, as in the flat vector; zero where pruned
   */
  double[] of(DoubleBuffer weights, ScoringSet set, int chunk);

  /** What computes it, in words: what computes alike has equal bits. */
  String arithmetic();

  @Override
  void close();
}
