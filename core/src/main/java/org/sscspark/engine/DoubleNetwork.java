package org.sscspark.engine;

import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * A network as a pure function in double precision: the oracle of every engine, and what scores
 * need that overflow or cancel in single precision (SynFlow, GraSP).
 */
public interface DoubleNetwork {
  NetworkSpec network();

  /** Where each parameter lives in the flat vectors. */
  ParameterLayout layout();

  /** What computes it, in words: what computes alike has equal bits. */
  String arithmetic();

  /**
   * Returns logits [count, classes].
   *
   * @param parameters the flat vector
   * @param images [count, channels, height, width]
   */
  double[] logits(double[] parameters, double[] images, int count, BatchNormMode mode);

  /** Returns the loss of the logits and its gradients. Running statistics do not move. */
  Gradient gradient(
      double[] parameters, double[] images, int count, BatchNormMode mode, LogitLoss loss);

  /**
   * Returns the logits [count, classes] that a network has where its ReLUs do not decide what they
   * pass: each passes, whatever its sign, what it passes at another point.
   *
   * @param gates where ReLUs decide; images [count, channels, height, width], as of the other
   * @param linear where the logits are
   */
  double[] gatedLogits(Point gates, Point linear, int count);

  /**
   * Where a network is evaluated.
   *
   * @param parameters the flat vector
   * @param images [count, channels, height, width]
   */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  record Point(double[] parameters, double[] images, BatchNormMode mode) {}

  /** A scalar function of the logits. */
  @FunctionalInterface
  interface LogitLoss {
    /**
     * Returns the loss and writes its gradient.
     *
     * @param logits [count, classes]
     * @param logitsGradient receives [count, classes]
     */
    double lossAndGradient(double[] logits, double[] logitsGradient);
  }

  /**
   * A loss and its gradients.
   *
   * @param parameters of the flat vector; zero for statistics
   * @param images of the images [count, channels, height, width]
   */
  @SuppressWarnings("ArrayRecordComponent") // A result handed to its only reader.
  record Gradient(double loss, double[] parameters, double[] images) {}
}
