package org.sscspark.training;

import java.io.Serializable;

/**
 * Sums over examples of a training loss and of right answers, as seen while the parameters moved.
 *
 * @param lossSum sum over examples of the loss, without weight decay
 * @param correct examples whose largest logit was their label's
 * @param examples the examples
 */
public record Tally(double lossSum, long correct, long examples) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No examples. */
  public static final Tally NONE = new Tally(0, 0, 0);

  /** The sums over both. */
  public Tally plus(Tally other) {
    return new Tally(lossSum + other.lossSum, correct + other.correct, examples + other.examples);
  }

  /** The mean loss; NaN without examples. */
  public double loss() {
    return lossSum / examples;
  }

  /** The share of right answers, in [0, 1]; NaN without examples. */
  public double accuracy() {
    return (double) correct / examples;
  }
}
