package org.sscspark.training;

import java.io.Serializable;
import java.util.List;
import org.sscspark.config.Range;

/**
 * The learning rate as a pure function of the global iteration, so that every worker and every
 * resumed run has the same one. With {@code e = iteration / iterationsPerEpoch}, base rate b,
 * warm-up w and length E in epochs:
 *
 * <ul>
 *   <li>warm-up, {@code e < w}: {@code b * (iteration + 1) / (w * iterationsPerEpoch)} (Goyal et
 *       al., 2017, section 2.2), at most b
 *   <li>constant: {@code b}
 *   <li>step: {@code b * factor^k} for the k milestones m with {@code iteration >= m *
 *       iterationsPerEpoch}, a product in double precision: of a fractional milestone it may be
 *       above the iteration that is meant, and the next one is the first with the new rate
 *   <li>cosine: {@code b / 2 * (1 + cos(pi * (e - w) / (E - w)))} (Loshchilov and Hutter, 2017)
 * </ul>
 *
 * Milestones count from the start of the run, warm-up included.
 *
 * @param base the rate after warm-up
 * @param schedule its course
 * @param epochs the length of the run
 * @param iterationsPerEpoch steps of one worker in one epoch
 */
public record LearningRate(
    double base, ScheduleSettings schedule, int epochs, long iterationsPerEpoch)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public LearningRate {
    Range.POSITIVE.check("learning-rate", base);
    Range.checkCount("epochs", epochs);
    if (iterationsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "An epoch needs at least one iteration, was " + iterationsPerEpoch);
    }
  }

  /** The learning rate of a step, counted from 0 over the whole run. */
  public double at(long iteration) {
    double warmup = schedule.warmupEpochs() * iterationsPerEpoch;
    if (iteration < warmup) {
      return base * Math.min(1, (iteration + 1) / warmup);
    }
    return switch (schedule.kind()) {
      case CONSTANT -> base;
      case STEP -> base * StrictMath.pow(schedule.factor(), milestonesAt(iteration));
      case COSINE -> {
        double end = (double) epochs * iterationsPerEpoch;
        double done = Math.min(1, (iteration - warmup) / (end - warmup));
        yield base * 0.5 * (1 + StrictMath.cos(Math.PI * done));
      }
    };
  }

  /** The first iteration behind the warm-up. */
  long warmupIterations() {
    return (long) Math.ceil(schedule.warmupEpochs() * iterationsPerEpoch);
  }

  private int milestonesAt(long iteration) {
    List<Double> milestones = schedule.milestones();
    int passed = 0;
    while (passed < milestones.size() && iteration >= milestones.get(passed) * iterationsPerEpoch) {
      passed++;
    }
    return passed;
  }
}
