package org.sscspark.engine;

/**
 * What training keeps feature maps and their gradients as between one step of a network and the
 * next. Weights, sums, statistics and updates are {@code float32} whatever this is, and so is all
 * arithmetic.
 */
public enum FeatureStorage {
  /** As they were computed. */
  FLOAT32,

  /**
   * The upper half of each float, rounded to nearest, ties to even: half the bytes, 8 significant
   * bits. It is for features that go from a layer in bands or an operator without weights to
   * another; all others stay as they are.
   */
  BFLOAT16
}
