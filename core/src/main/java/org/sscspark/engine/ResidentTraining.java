package org.sscspark.engine;

import java.util.Optional;

/**
 * Training by a replica that keeps parameters, optimizer state and losses where it computes, so
 * that nothing but images goes there during a round, and not even those if it keeps them too. A
 * round is {@link #start}, steps, {@link #finish}. The arithmetic is that of {@link Replica},
 * {@link SoftmaxCrossEntropy} and the optimizers, up to rounding.
 */
public interface ResidentTraining {
  /**
   * Makes room for all images of a training set, if what would be left is enough for everything
   * else.
   *
   * @param count how many
   * @param values the input that each pixel value becomes: [channel][0 .. 255]
   */
  Optional<ResidentImages> images(long count, float[][] values);

  /**
   * Begins a round from the replica's {@link Replica#parameters}.
   *
   * @param optimizerState to start from
   * @param steps how many there will be
   */
  void start(float[] optimizerState, int steps);

  /**
   * Takes one step: forward with the minibatch's statistics, which the running ones follow, loss,
   * backward and update, its decay included. It may return before the step is done; the arrays may
   * be changed then.
   *
   * @param input images in the replica's {@link Replica#inputLayout}
   * @param targets what the network should say of each image
   * @param count the images in the minibatch
   */
  void step(float[] input, Targets targets, int count, ParameterUpdate update);

  /**
   * Waits for the round's end and brings the result into {@link Replica#parameters}.
   *
   * @param optimizerState receives the optimizer's state
   */
  Outcome finish(float[] optimizerState);

  /**
   * What the steps of a round did.
   *
   * @param losses the mean loss of each minibatch, without weight decay
   * @param correct the right answers of each minibatch
   * @param forwardSeconds of all steps, the loss included
   * @param backwardSeconds of all steps
   * @param updateSeconds of all steps, weight decay included
   */
  @SuppressWarnings("ArrayRecordComponent") // A result handed to its only reader.
  record Outcome(
      double[] losses,
      int[] correct,
      double forwardSeconds,
      double backwardSeconds,
      double updateSeconds) {}
}
