package org.sscspark.training;

import java.util.Locale;

/** The loss or a parameter became NaN or infinite; the message names where, and what may help. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long iteration;

  private DivergedException(String what, long iteration, double learningRate) {
    super(
        String.format(
            Locale.ROOT,
            "Training diverged: %s at iteration %d with learning rate %s;"
                + " lower train.learning-rate or raise train.schedule.warmup-epochs",
            what,
            iteration,
            learningRate));
    this.iteration = iteration;
  }

  private DivergedException(DivergedException cause, String checkpoint) {
    super(cause.getMessage() + "; the last good checkpoint is " + checkpoint, cause);
    this.iteration = cause.iteration;
  }

  /** The loss of a minibatch is not finite. */
  static DivergedException loss(double loss, long iteration, double learningRate) {
    return new DivergedException("the loss is " + loss, iteration, learningRate);
  }

  /** A parameter is not finite after a round. */
  static DivergedException parameter(int index, float value, long iteration, double learningRate) {
    return new DivergedException("parameter " + index + " is " + value, iteration, learningRate);
  }

  /** The same failure, naming what to go back to. */
  public DivergedException lastGood(String checkpoint) {
    return new DivergedException(this, checkpoint);
  }

  /** The iteration, counted from 0 over the whole run, whose step failed. */
  public long iteration() {
    return iteration;
  }
}
