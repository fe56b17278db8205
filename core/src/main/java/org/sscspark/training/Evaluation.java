package org.sscspark.training;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What a network answers on labelled images. Counts of disjoint parts add up to the counts of the
 * whole; the loss's sum depends on the order of addition in its last bits, so parts are added in
 * the order of the data set.
 *
 * @param confusion [class, class with the largest logit]: examples
 * @param topFive examples whose class is among the five largest logits
 * @param lossSum sum over examples of the cross-entropy, without label smoothing
 */
public record Evaluation(long[][] confusion, long topFive, double lossSum) implements Serializable {
  private static final long serialVersionUID = 1L;

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

  /** No examples. */
  public static Evaluation none(int classes) {
    return new Evaluation(new long[classes][classes], 0, 0);
  }

  /** Both sets of examples together. */
  public Evaluation plus(Evaluation other) {
    long[][] sum = confusion();
    for (int row = 0; row < sum.length; row++) {
      for (int column = 0; column < sum.length; column++) {
        sum[row][column] += other.confusion[row][column];
      }
    }
    return new Evaluation(sum, topFive + other.topFive, lossSum + other.lossSum);
  }

  @Override
  public long[][] confusion() {
    return Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new);
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
