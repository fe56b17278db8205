package org.sscspark.training;

import java.util.Iterator;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.SoftmaxCrossEntropy;

/** Runs a replica over labelled images without changing it. */
public final class Evaluator {
  private static final int FIVE = 5;

  private Evaluator() {}

  /**
   * Counts the answers of a replica, with its present parameters and running statistics. Of equal
   * logits the first counts as the largest; one that is no number is none, so a network that has
   * diverged is right nowhere.
   */
  public static Evaluation evaluate(InferenceReplica replica, Iterator<Minibatch> batches) {
    int classes = replica.network().classes();
    float[] logits = new float[replica.capacity() * classes];
    float[] unusedGradient = new float[logits.length];
    long[][] confusion = new long[classes][classes];
    long topFive = 0;
    double lossSum = 0;
    while (batches.hasNext()) {
      Minibatch batch = batches.next();
      int count = batch.count();
      replica.forward(batch.input(), count, BatchNormMode.RUNNING, logits);
      for (int n = 0; n < count; n++) {
        int label = batch.labels()[n];
        int row = n * classes;
        confusion[label][answer(logits, row, classes, label)]++;
        if (rank(logits, row, classes, label) < Math.min(FIVE, classes)) {
          topFive++;
        }
      }
      lossSum +=
          count
              * SoftmaxCrossEntropy.lossAndGradient(
                  logits, batch.labels(), count, classes, 0, unusedGradient);
    }
    return new Evaluation(confusion, topFive, lossSum);
  }

  /** What was answered; a wrong class where no logit is a number, which is no answer. */
  private static int answer(float[] logits, int row, int classes, int label) {
    int largest = SoftmaxCrossEntropy.largest(logits, row, classes);
    return largest < 0 ? (label + 1) % classes : largest;
  }

  /** How many classes come before this one: all, if its logit is no number. */
  private static int rank(float[] logits, int row, int classes, int label) {
    float own = logits[row + label];
    if (Float.isNaN(own)) {
      return classes;
    }
    int before = 0;
    for (int k = 0; k < classes; k++) {
      if (logits[row + k] > own || (logits[row + k] == own && k < label)) {
        before++;
      }
    }
    return before;
  }
}
