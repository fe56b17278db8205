package org.sscspark.random;

/** What a random stream is for; streams of different purposes are independent. */
public enum Purpose {
  /** Initial weights; coordinate: index of the layer. */
  INITIALISATION,
  /** Which shard and which place an example gets; coordinate: the class. */
  SHARDING,
  /** Order of shards in an epoch; coordinate: epoch. */
  SHARD_ORDER,
  /** Order of examples in a shard; coordinates: epoch, shard. */
  EXAMPLE_ORDER,
  /** Crop and flip of one example; coordinates: epoch, example id. Other changes' keys follow. */
  AUGMENTATION,
  /** Mixing of a minibatch's images; coordinates: epoch, worker, minibatch. */
  MIXING,
  /** Dropout and other noise inside a graph's layers; coordinates: iteration, worker. */
  LAYER_NOISE,
  /** Images of the synthetic data set; coordinate: example id. */
  SYNTHETIC_IMAGE,
  /** Which examples a data-dependent score sees; coordinate: draw. */
  PRUNING_DATA,
  /** Random scores and shuffled supports; coordinate: index of the layer. */
  PRUNING_SCORE,
  /** Weights, images and directions of a score; coordinates: step, repetition, first image. */
  PRUNING_NOISE,
  /** Where weights of a support that moves come; coordinate: complete rounds. */
  REGROWTH,
  /** Trials of a hyper-parameter search; coordinate: index of the trial. */
  SEARCH;

  /** The number mixed into a stream's key. Derived from the name, so reordering changes no bits. */
  long code() {
    long code = 0xcbf29ce484222325L;
    for (int i = 0; i < name().length(); i++) {
      code = (code ^ name().charAt(i)) * 0x100000001b3L;
    }
    return code;
  }
}
