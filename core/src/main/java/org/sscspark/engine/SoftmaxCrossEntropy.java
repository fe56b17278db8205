package org.sscspark.engine;

/**
 * Softmax and cross-entropy, averaged over a minibatch, with label smoothing (Szegedy et al., 2016:
 * the target is {@code (1 - s) * onehot + s / classes}).
 */
public final class SoftmaxCrossEntropy {
  private SoftmaxCrossEntropy() {}

  /**
   * Returns the mean loss of a minibatch and writes its gradient.
   *
   * @param logits [count, classes], row by row
   * @param labels the class of each example
   * @param smoothing the smoothing s, in [0, 1)
   * @param gradient receives [count, classes]; may be {@code logits} itself
   */
  public static double lossAndGradient(
      float[] logits, int[] labels, int count, int classes, double smoothing, float[] gradient) {
    double total = 0;
    for (int n = 0; n < count; n++) {
      int row = n * classes;
      double max = Double.NEGATIVE_INFINITY;
      double sumOfLogits = 0;
      for (int k = 0; k < classes; k++) {
        max = Math.max(max, logits[row + k]);
        sumOfLogits += logits[row + k];
      }
      double sumOfExp = 0;
      for (int k = 0; k < classes; k++) {
        sumOfExp += StrictMath.exp(logits[row + k] - max);
      }
      double logSumOfExp = max + StrictMath.log(sumOfExp);
      total +=
          logSumOfExp
              - (1 - smoothing) * logits[row + labels[n]]
              - smoothing / classes * sumOfLogits;
      for (int k = 0; k < classes; k++) {
        double probability = StrictMath.exp(logits[row + k] - logSumOfExp);
        double target = (k == labels[n] ? 1 - smoothing : 0) + smoothing / classes;
        gradient[row + k] = (float) ((probability - target) / count);
      }
    }
    return total / count;
  }

  /**
   * Returns the probability of each class.
   *
   * @param logits of one example
   */
  public static double[] probabilities(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < logits.length; k++) {
      probabilities[k] = StrictMath.exp(logits[k] - max);
      sum += probabilities[k];
    }
    for (int k = 0; k < logits.length; k++) {
      probabilities[k] /= sum;
    }
    return probabilities;
  }

  /** Counts the examples whose largest logit, the first of equals, is their label's. */
  public static int correct(float[] logits, int[] labels, int count, int classes) {
    int correct = 0;
    for (int n = 0; n < count; n++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (logits[n * classes + k] > logits[n * classes + best]) {
          best = k;
        }
      }
      if (best == labels[n]) {
        correct++;
      }
    }
    return correct;
  }
}
