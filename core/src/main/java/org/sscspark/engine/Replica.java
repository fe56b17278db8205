package org.sscspark.engine;

import java.util.Optional;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * One instance of a network: its parameters, gradients and activations. A step is {@link #forward},
 * a loss on the logits, {@link #backward}. The arrays returned by {@link #parameters} and {@link
 * #gradients} are the replica's own and keep their identity: write parameters between steps, read
 * gradients after {@code backward}. Results depend on the arguments only, not on threads or on
 * earlier batches. Not safe for use by several threads at once.
 */
public interface Replica extends AutoCloseable {
  NetworkSpec network();

  /** Where each parameter lives in {@link #parameters} and {@link #gradients}. */
  ParameterLayout layout();

  /** The largest minibatch. */
  int capacity();

  /** The live flat parameter vector; the caller may write to it between calls. */
  float[] parameters();

  /** The live gradient vector, of the parameters' length; zero for statistics. */
  float[] gradients();

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
   *     be cleared. The buffer must stay unchanged until {@link #backward} returns
   * @param count the images in the minibatch, in [1, capacity]
   * @param logits receives [count, classes], row by row
   */
  void forward(float[] input, int count, BatchNormMode mode, float[] logits);

  /**
   * Computes the gradient of the parameters for the last {@link #forward}, in its batch-norm mode,
   * and overwrites {@link #gradients}.
   *
   * @param logitsGradient the loss's gradient [count, classes]
   */
  void backward(float[] logitsGradient);

  /**
   * Computes the gradient of the input for the last {@link #backward}.
   *
   * @param inputGradient receives [count, channels, height, width]
   * @throws IllegalStateException if no {@code backward} came before
   */
  void inputGradient(float[] inputGradient);

  /**
   * Training steps that leave everything where this replica computes, if that is not where the
   * caller does.
   */
  default Optional<ResidentTraining> residentTraining(TrainingObjective objective) {
    return Optional.empty();
  }

  @Override
  void close();
}
