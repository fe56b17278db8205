package org.sscspark.spark.predict;

import org.sscspark.engine.SoftmaxCrossEntropy;

/**
 * What a network says of an image.
 *
 * @param logits one a class; empty if there is no answer
 * @param problem why there is none; empty if there is one
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record Prediction(float[] logits, String problem) {
  /** What a network said; no answer if it is not in numbers, of which no class is the likeliest. */
  static Prediction of(float[] logits) {
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        return unusable("has no answer (the network's logits are not all finite numbers)");
      }
    }
    return new Prediction(logits, "");
  }

  /** An image that cannot be used, or has no answer. */
  static Prediction unusable(String problem) {
    return new Prediction(new float[0], problem);
  }

  /** Whether there is an answer. */
  public boolean isAnswer() {
    return problem.isEmpty();
  }

  /** The class of the largest logit, the first of equals. */
  public int likeliest() {
    return SoftmaxCrossEntropy.largest(logits, 0, logits.length);
  }

  /** The probability of each class. */
  public double[] probabilities() {
    return SoftmaxCrossEntropy.probabilities(logits);
  }
}
