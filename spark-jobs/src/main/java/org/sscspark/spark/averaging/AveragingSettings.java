package org.sscspark.spark.averaging;

import java.util.Optional;
import org.sscspark.config.BadInputException;

/**
 * How workers are averaged: section {@code averaging} of the settings.
 *
 * @param workers the number of workers; absent takes one per task slot of the cluster
 * @param frequency minibatches of a worker in one round
 * @param reduce how the workers' vectors become one
 * @param updaterState what happens to the updaters' state at the end of a round
 * @param outer the driver's step
 */
public record AveragingSettings(
    Optional<Integer> workers,
    int frequency,
    Reduction reduce,
    UpdaterStateMode updaterState,
    Outer outer) {

  public AveragingSettings {
    if (workers.isPresent() && workers.get() < 1) {
      throw new BadInputException(
          "averaging.workers = " + workers.get() + " leaves nobody to train: give at least 1");
    }
    if (frequency < 1) {
      throw new BadInputException(
          "averaging.frequency = " + frequency + " must be at least 1 minibatch a round");
    }
  }

  /** The same with the number of workers made explicit. */
  public AveragingSettings withWorkers(int count) {
    return new AveragingSettings(Optional.of(count), frequency, reduce, updaterState, outer);
  }

  /** The kinds of outer step. */
  public enum OuterKind {
    MEAN,
    NESTEROV
  }

  /**
   * Section {@code averaging.outer}.
   *
   * @param momentum of {@link OuterKind#NESTEROV}
   * @param learningRate of {@link OuterKind#NESTEROV}
   */
  public record Outer(OuterKind step, double momentum, double learningRate) {
    public Outer {
      OuterStep unused = of(step, momentum, learningRate);
    }

    /** The step that these settings describe. */
    public OuterStep outerStep() {
      return of(step, momentum, learningRate);
    }

    private static OuterStep of(OuterKind step, double momentum, double learningRate) {
      return switch (step) {
        case MEAN -> new OuterStep.Mean();
        case NESTEROV -> new OuterStep.Nesterov(momentum, learningRate);
      };
    }
  }
}
