package org.sscspark.engine;

/**
 * Softmax and cross-entropy, averaged over a minibatch, with label smoothing (Szegedy et al., 2016:
 * the target is {@code (1 - s) * t + s / classes}, where t is one for an example's class and zero
 * for others, or the example's distribution).
 */
public final class SoftmaxCrossEntropy {
  private SoftmaxCrossEntropy() {}

  /**
   * Returns the mean loss of a minibatch whose examples have one class each, and writes its
   * gradient.
   *
   * @param logits [count, classes], row by row
   * @param labels the class of each example
   * @param smoothing the smoothing s, in [0, 1)
   * @param gradient receives [count, classes]; may be {@code logits} itself
   */
  public static double lossAndGradient(
      float[] logits, int[] labels, int count, int classes, double smoothing, float[] gradient) {
    return lossAndGradient(logits, new Targets.Hard(labels), count, classes, smoothing, gradient);
  }

  /**
   * Returns the mean loss of a minibatch and writes its gradient.
   *
   * @param logits [count, classes], row by row
   * @param targets of the examples
   * @param smoothing the smoothing s, in [0, 1)
   * @param gradient receives [count, classes]; may be {@code logits} itself
   */
  public static double lossAndGradient(
      float[] logits, Targets targets, int count, int classes, double smoothing, float[] gradient) {
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
              - (1 - smoothing) * expectedLogit(logits, targets, n, classes)
              - smoothing / classes * sumOfLogits;
      for (int k = 0; k < classes; k++) {
        double probability = StrictMath.exp(logits[row + k] - logSumOfExp);
        double target = (1 - smoothing) * probability(targets, n, k, classes) + smoothing / classes;
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

  private static double expectedLogit(float[] logits, Targets targets, int example, int classes) {
    int row = example * classes;
    if (targets instanceof Targets.Hard hard) {
      return logits[row + hard.labels()[example]];
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += probability(targets, example, k, classes) * logits[row + k];
    }
    return sum;
  }

  private static double probability(Targets targets, int example, int k, int classes) {
    if (targets instanceof Targets.Soft soft) {
      return soft.probabilities()[example * classes + k];
    }
    return k == targets.labels()[example] ? 1 : 0;
  }

  /**
   * Returns the class of the largest logit of an example, the first of equals; -1 if none of them
   * is a number, for then nothing was answered.
   *
   * @param row where the example's logits begin
   */
  public static int largest(float[] logits, int row, int classes) {
    int best = -1;
    for (int k = 0; k < classes; k++) {
      float logit = logits[row + k];
      if (!Float.isNaN(logit) && (best < 0 || logit > logits[row + best])) {
        best = k;
      }
    }
    return best;
  }

  /** Counts the examples whose largest logit, the first of equals, is their label's. */
  public static int correct(float[] logits, int[] labels, int count, int classes) {
    int correct = 0;
    for (int n = 0; n < count; n++) {
      if (largest(logits, n * classes, classes) == labels[n]) {
        correct++;
      }
    }
    return correct;
  }
}
