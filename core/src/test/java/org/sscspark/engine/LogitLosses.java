package org.sscspark.engine;

import org.sscspark.engine.DoubleNetwork.LogitLoss;

/** Losses for tests. */
final class LogitLosses {
  private LogitLosses() {}

  /** The sum of {@code slope * z + z^2 / 2} over the logits z: no gradient vanishes. */
  static LogitLoss quadratic(float[] slopes) {
    return (logits, gradient) -> {
      double loss = 0;
      for (int i = 0; i < logits.length; i++) {
        loss += slopes[i] * logits[i] + logits[i] * logits[i] / 2;
        gradient[i] = slopes[i] + logits[i];
      }
      return loss;
    };
  }

  /** The sum of {@code slope * z}: the gradient of the logits is given. */
  static LogitLoss linear(float[] slopes) {
    return (logits, gradient) -> {
      double loss = 0;
      for (int i = 0; i < logits.length; i++) {
        loss += slopes[i] * logits[i];
        gradient[i] = slopes[i];
      }
      return loss;
    };
  }
}
