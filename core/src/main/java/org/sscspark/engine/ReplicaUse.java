package org.sscspark.engine;

import org.sscspark.network.NetworkSpec;

/**
 * What a replica is for, as far as its memory depends on it.
 *
 * @param network that it computes
 * @param capacity the examples of a minibatch
 * @param trains whether it has a way back
 * @param threads that share it
 * @param storage of features and their gradients if it trains
 */
public record ReplicaUse(
    NetworkSpec network, int capacity, boolean trains, int threads, FeatureStorage storage) {
  /** A replica that trains. */
  public static ReplicaUse training(
      NetworkSpec network, int capacity, int threads, FeatureStorage storage) {
    return new ReplicaUse(network, capacity, /* trains= */ true, threads, storage);
  }

  /** A replica that answers, for which threads and storage make no difference. */
  public static ReplicaUse answering(NetworkSpec network, int capacity) {
    return new ReplicaUse(
        network, capacity, /* trains= */ false, /* threads= */ 1, FeatureStorage.FLOAT32);
  }
}
