package org.sscspark.pruning;

import java.io.Serializable;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * A function of a network's weights, summed over examples, whose gradient a score is made of. It
 * travels to executors as it is.
 */
public sealed interface ScoredFunction extends Serializable permits LossGradient, NtkTraceBound {
  /** The unpruned network. */
  NetworkSpec network();

  /** The network's parameters that are no prunable weights: the end of its flat vector. */
  float[] others();

  /** Batch-norm statistics: of the chunk, or the running ones. */
  BatchNormMode mode();

  /** Those statistics in words. */
  default String statistics() {
    if (mode() == BatchNormMode.BATCH) {
      return "chunk";
    }
    ParameterLayout layout = ParameterLayout.of(network());
    float[] initial = Initialization.withoutWeights(layout);
    int first = layout.trainableCount();
    return Arrays.equals(
            others(), first - layout.weightCount(), others().length, initial, first, initial.length)
        ? "initial"
        : "trained";
  }

  /**
   * The flat vector in double precision.
   *
   * @param weights the prunable weights, which come first in it
   */
  default double[] flat(DoubleBuffer weights) {
    int size = weights.limit();
    float[] others = others();
    double[] flat = new double[size + others.length];
    weights.get(0, flat, 0, size);
    for (int i = 0; i < others.length; i++) {
      flat[size + i] = others[i];
    }
    return flat;
  }

  /**
   * What computes gradients takes at least.
   *
   * @param capacity the largest chunk
   */
  ReplicaMemory memory(int capacity);

  /**
   * The same, to the same bits on machines with vectors of different widths.
   *
   * @param narrowest asked for the lanes that all of them have, if it matters
   */
  ScoredFunction withLanes(IntSupplier narrowest);

  /**
   * Makes what computes gradients of chunks, on one thread.
   *
   * @param capacity the largest chunk
   */
  ChunkGradient open(int capacity);

  /** In words, for the record of a run. */
  String description();
}
