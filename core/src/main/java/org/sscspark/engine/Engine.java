package org.sscspark.engine;

import org.sscspark.network.NetworkSpec;

/** A way of executing networks. */
public interface Engine {
  /** What this engine is, for every run's record. */
  EngineDescription description();

  /**
   * Makes an instance of a network with memory for minibatches of up to {@code capacity} examples.
   * Parameters are zero, variances one. Whoever asks for it closes it.
   *
   * @param capacity the largest minibatch
   * @throws IllegalArgumentException if the capacity is not positive
   */
  Replica replica(NetworkSpec network, int capacity);

  /**
   * As {@link #replica}, for forward passes only, with as little memory as this engine can do with.
   *
   * @param capacity the largest minibatch
   * @throws IllegalArgumentException if the capacity is not positive
   */
  default InferenceReplica inferenceReplica(NetworkSpec network, int capacity) {
    return replica(network, capacity);
  }
}
