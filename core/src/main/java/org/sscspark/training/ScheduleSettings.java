package org.sscspark.training;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.sscspark.config.Range;

/**
 * How the learning rate moves over a run; bound from {@code train.schedule}.
 *
 * @param kind its course after the warm-up
 * @param milestones of {@code step}: epochs after which the rate is multiplied by {@code factor},
 *     rising; those beyond the end of the run are never reached
 * @param factor of {@code step}, positive
 * @param warmupEpochs epochs over which the rate rises linearly from almost zero; 0 for none
 */
public record ScheduleSettings(
    Kind kind, List<Double> milestones, double factor, double warmupEpochs)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The courses there are. */
  public enum Kind {
    CONSTANT,
    STEP,
    COSINE
  }

  public ScheduleSettings {
    milestones = List.copyOf(milestones);
    Range.POSITIVE.check("factor", factor);
    Range.NON_NEGATIVE.check("warmup-epochs", warmupEpochs);
    double last = 0;
    for (double milestone : milestones) {
      if (!(milestone > last)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "milestones is %s: epochs must be positive and rise", milestones));
      }
      last = milestone;
    }
    if (kind == Kind.STEP && milestones.isEmpty()) {
      throw new IllegalArgumentException(
          "milestones is empty: a step schedule needs at least one epoch, as in" + " [80, 120]");
    }
  }

  /** The same course over a run that is so many times as long. */
  ScheduleSettings stretched(double times) {
    return new ScheduleSettings(
        kind,
        milestones.stream().map(epoch -> epoch * times).toList(),
        factor,
        warmupEpochs * times);
  }

  /** A rate that never moves. */
  public static ScheduleSettings constant() {
    return new ScheduleSettings(Kind.CONSTANT, List.of(), 0.1, 0);
  }
}
