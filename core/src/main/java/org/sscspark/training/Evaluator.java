package org.sscspark.training;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.sscspark.data.Minibatch;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InferenceReplica;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.training.PartsEvaluation.Cell;

/** Runs a replica over labelled images, part after part, without changing it. */
public final class Evaluator {
  private static final int FIVE = 5;

  private final InferenceReplica replica;
  private final int classes;
  private final float[] logits;
  private final float[] unusedGradient;

  /** Of all parts: class by class, [class, answer]. */
  private final long[][] confusion;

  private final List<Double> lossSums = new ArrayList<>();
  private long topFive;

  /** Has seen nothing yet. */
  public Evaluator(InferenceReplica replica) {
    this.replica = replica;
    this.classes = replica.network().classes();
    this.logits = new float[replica.capacity() * classes];
    this.unusedGradient = new float[logits.length];
    this.confusion = new long[classes][classes];
  }

  /**
   * Counts the answers of the replica on one more part, with its present parameters and running
   * statistics. Of equal logits the first counts as the largest; one that is no number is none, so
   * a network that has diverged is right nowhere.
   */
  public void add(Iterator<Minibatch> batches) {
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
    lossSums.add(lossSum);
  }

  /** What was answered on all parts. */
  public PartsEvaluation evaluation() {
    List<Cell> cells = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      for (int answer = 0; answer < classes; answer++) {
        if (confusion[label][answer] > 0) {
          cells.add(new Cell(label, answer, confusion[label][answer]));
        }
      }
    }
    return new PartsEvaluation(cells, topFive, lossSums);
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
