package org.sscspark.engine;

import java.util.Optional;

/**
 * One instance of a network that can be trained: its parameters, gradients and activations. A step
 * is {@link #forward}, a loss on the logits, {@link #backward}. As that of parameters, the array
 * returned by {@link #gradients} is the replica's own and keeps its identity: read it after {@code
 * backward}.
 */
public interface Replica extends InferenceReplica {
  /** The live gradient vector, of the parameters' length; zero for statistics. */
  float[] gradients();

  /** As of every replica; the input must stay unchanged until {@link #backward} returns. */
  @Override
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
}
