package org.sscspark.spark.predict;

import org.sscspark.engine.SoftmaxCrossEntropy;

/**
 * What a network says of an image.
 *
 * @param logits one a class; empty if the image cannot be used
 * @param problem why it cannot be used; empty if it can
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record Prediction(float[] logits, String problem) {
  /** Whether there is an answer. */
  public boolean isAnswer() {
    return problem.isEmpty();
  }

  /** The probability of each class. */
  public double[] probabilities() {
    return SoftmaxCrossEntropy.probabilities(logits);
  }
}
