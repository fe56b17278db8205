package org.sscspark.engine;

/** Which statistics batch normalisation uses. */
public enum BatchNormMode {
  /** Those of the minibatch, and the running statistics move: training. */
  BATCH_AND_UPDATE,
  /** Those of the minibatch, and nothing moves: scoring weights. */
  BATCH,
  /** The running ones: inference. */
  RUNNING
}
