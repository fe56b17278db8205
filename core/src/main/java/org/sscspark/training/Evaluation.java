package org.sscspark.training;

import java.util.Arrays;
import java.util.List;

/**
 * What a network answers on labelled images.
 *
 * @param confusion [class, class with the largest logit]: examples
 * @param topFive examples whose class is among the five largest logits
 * @param lossSum sum over examples of the cross-entropy, without label smoothing
 */
public record Evaluation(long[][] confusion, long topFive, double lossSum) {
  /** Copies and checks the matrix. */
  public Evaluation {
    confusion = Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
    for (long[] row : confusion) {
      if (row.length != confusion.length) {
        throw new IllegalArgumentException(
            "A confusion matrix of "
                + confusion.length
                + " classes cannot have a row of "
                + row.length);
      }
    }
  }

  /**
   * What is answered on a whole data set.
   *
   * @param all on its parts, in the order of the data set, in which losses are added
   */
  public static Evaluation of(int classes, List<PartsEvaluation> all) {
    long[][] confusion = new long[classes][classes];
    long topFive = 0;
    double lossSum = 0;
    for (PartsEvaluation parts : all) {
      parts.cells().forEach(cell -> confusion[cell.label()][cell.answer()] += cell.examples());
      topFive += parts.topFive();
      for (double ofPart : parts.lossSums()) {
        lossSum += ofPart;
      }
    }
    return new Evaluation(confusion, topFive, lossSum);
  }

  @Override
  public long[][] confusion() {
    return Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
  }

  /** How often each class was answered for the examples of one. */
  public long[] answers(int label) {
    return confusion[label].clone();
  }

  /** The number of classes. */
  public int classes() {
    return confusion.length;
  }

  /** The examples of a class. */
  public long examples(int label) {
    return Arrays.stream(confusion[label]).sum();
  }

  /** All examples. */
  public long examples() {
    return Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum();
  }

  /** Examples whose largest logit is that of their class. */
  public long correct() {
    long correct = 0;
    for (int label = 0; label < confusion.length; label++) {
      correct += confusion[label][label];
    }
    return correct;
  }

  /** The share of right answers, in [0, 1]; NaN without examples. */
  public double accuracy() {
    return (double) correct() / examples();
  }

  /** The share of right answers among the examples of a class; NaN without any. */
  public double accuracy(int label) {
    return (double) confusion[label][label] / examples(label);
  }

  /** The share of examples whose class is among the five largest logits. */
  public double topFiveAccuracy() {
    return (double) topFive / examples();
  }

  /** The mean loss; NaN without examples. */
  public double loss() {
    return lossSum / examples();
  }

  /** Loss and right answers alone. */
  public Tally tally() {
    return new Tally(lossSum, correct(), examples());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Evaluation that
        && Arrays.deepEquals(confusion, that.confusion)
        && topFive == that.topFive
        && Double.compare(lossSum, that.lossSum) == 0;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(confusion);
  }

  @Override
  public String toString() {
    return "Evaluation[correct="
        + correct()
        + ", examples="
        + examples()
        + ", loss="
        + loss()
        + "]";
  }
}
