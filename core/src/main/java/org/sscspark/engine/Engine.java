package org.sscspark.engine;

import org.sscspark.network.NetworkSpec;

/** A way of executing networks. */
public interface Engine {
  /** What this engine is, for every run's record. */
  EngineDescription description();

  /**
   * Makes an instance of a network with memory for minibatches of up to {@code capacity} examples.
   * Parameters are zero, variances one.
   */
  Replica replica(NetworkSpec network, int capacity);

  /**
   * As {@link #replica}, for forward passes only, with as little memory as this engine can do with.
   */
  default InferenceReplica inferenceReplica(NetworkSpec network, int capacity) {
    return replica(network, capacity);
  }
}
