package org.sscspark.engine;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * One instance of a network that answers: its parameters and activations. The array returned by
 * {@link #parameters} is the replica's own and keeps its identity: write parameters between calls.
 * Results depend on the arguments only, not on threads or on earlier batches. Not safe for use by
 * several threads at once.
 */
public interface InferenceReplica extends AutoCloseable {
  NetworkSpec network();

  /** Where each parameter lives in {@link #parameters}. */
  ParameterLayout layout();

  /** The largest minibatch. */
  int capacity();

  /** The live flat parameter vector; the caller may write to it between calls. */
  float[] parameters();

  /** How {@link #forward} wants its images. */
  InputLayout inputLayout();

  /** Returns a new zeroed buffer of {@link #inputLayout}, aligned as this engine likes it. */
  default float[] newInput() {
    return new float[inputLayout().length()];
  }

  /**
   * Computes logits.
   *
   * @param input images in {@link #inputLayout}; images from {@code count} on are ignored, and may
   *     be overwritten
   * @param count the images in the minibatch, in [1, capacity]
   * @param logits receives [count, classes], row by row
   */
  void forward(float[] input, int count, BatchNormMode mode, float[] logits);

  @Override
  void close();
}
