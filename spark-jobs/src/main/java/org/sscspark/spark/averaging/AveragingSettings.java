package org.sscspark.spark.averaging;

import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.config.Range;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.training.AveragingPeriod;
import org.sscspark.training.LearningRate;
import org.sscspark.training.ScheduleSettings;

/**
 * How workers are averaged: section {@code averaging} of the settings.
 *
 * @param workers the number of workers; absent takes one per task slot of the cluster
 * @param frequency minibatches of a worker in one round
 * @param schedule how that changes over the run
 * @param reduce how the workers' vectors become one
 * @param optimizerState what happens to the optimizer's state at the end of a round
 * @param outer the driver's step
 */
public record AveragingSettings(
    Optional<Integer> workers,
    int frequency,
    Schedule schedule,
    Reduction reduce,
    OptimizerStateMode optimizerState,
    Outer outer) {

  public AveragingSettings {
    if (workers.isPresent() && workers.get() < 1) {
      throw new UnmetSettingsException(
          "averaging.workers = " + workers.get() + " leaves nobody to train: give at least 1");
    }
    if (frequency < 1) {
      throw new UnmetSettingsException(
          "averaging.frequency = " + frequency + " must be at least 1 minibatch a round");
    }
  }

  /** The same with the number of workers made explicit. */
  public AveragingSettings withWorkers(int count) {
    return new AveragingSettings(
        Optional.of(count), frequency, schedule, reduce, optimizerState, outer);
  }

  /** The same for a run that is so many times as long. */
  public AveragingSettings stretched(double times) {
    return new AveragingSettings(
        workers,
        frequency,
        new Schedule(
            schedule.kind(), schedule.from().map(epoch -> epoch * times), schedule.growth()),
        reduce,
        optimizerState,
        outer);
  }

  /**
   * The steps of rounds over a run.
   *
   * @param rate the run's
   * @throws BadInputException if the schedule asks for a drop of the rate where there is none
   */
  public AveragingPeriod period(LearningRate rate) {
    return switch (schedule.kind()) {
      case CONSTANT -> new AveragingPeriod.Constant(frequency);
      case POST_LOCAL ->
          new AveragingPeriod.PostLocal(
              frequency,
              (long) Math.ceil(schedule.startEpoch(rate.schedule()) * rate.iterationsPerEpoch()));
      case QUADRATIC ->
          new AveragingPeriod.Quadratic(frequency, schedule.growth().orElseThrow(), rate);
    };
  }

  /** How a round's length may change. */
  public enum ScheduleKind {
    CONSTANT,
    POST_LOCAL,
    QUADRATIC
  }

  /**
   * Section {@code averaging.schedule}.
   *
   * @param from of {@link ScheduleKind#POST_LOCAL}: the epoch from which on rounds are longer than
   *     one step; absent takes the first drop of the learning rate
   * @param growth of {@link ScheduleKind#QUADRATIC}
   */
  public record Schedule(ScheduleKind kind, Optional<Double> from, Optional<Double> growth) {
    public Schedule {
      if (from.isPresent() && kind != ScheduleKind.POST_LOCAL) {
        throw new UnmetSettingsException(
            "averaging.schedule.from is used by the kind post-local only: leave it out");
      }
      if (growth.isPresent() != (kind == ScheduleKind.QUADRATIC)) {
        throw new UnmetSettingsException(
            "averaging.schedule.growth is what the kind quadratic needs, and that kind only");
      }
      from.ifPresent(epoch -> Range.NON_NEGATIVE.check("averaging.schedule.from", epoch));
      growth.ifPresent(value -> Range.POSITIVE.check("averaging.schedule.growth", value));
    }

    private double startEpoch(ScheduleSettings rate) {
      if (from.isPresent()) {
        return from.get();
      }
      if (rate.kind() != ScheduleSettings.Kind.STEP) {
        throw new UnmetSettingsException(
            "averaging.schedule.kind = post-local begins at the first drop of the learning rate,"
                + " and train.schedule.kind = "
                + KebabCase.of(rate.kind())
                + " has none: give averaging.schedule.from, an epoch");
      }
      return rate.milestones().get(0);
    }
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
