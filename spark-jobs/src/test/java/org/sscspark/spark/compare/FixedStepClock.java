package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Steps that take what a test says, by the method's name. */
record FixedStepClock(
    String processor, ToDoubleFunction<StepClock.Subject> seconds, List<String> asked)
    implements StepClock {
  /** Whoever measures again is wrong. */
  static final StepClock NEVER =
      subjects -> {
        throw new AssertionError("Measured again: " + subjects);
      };

  FixedStepClock(ToDoubleFunction<StepClock.Subject> seconds) {
    this("a processor", seconds, new ArrayList<>());
  }

  FixedStepClock(Map<String, Double> seconds) {
    this("a processor", seconds);
  }

  FixedStepClock(String processor, Map<String, Double> seconds) {
    this(processor, subject -> seconds.get(subject.key().method().name()), new ArrayList<>());
  }

  @Override
  public TimedSteps time(List<Subject> subjects) {
    List<StepTime> rows = new ArrayList<>();
    for (Subject subject : subjects) {
      asked.add(subject.key().name());
      double step = seconds.applyAsDouble(subject);
      rows.add(new StepTime(subject.key(), step, 0.9 * step, 1.2 * step));
    }
    return new TimedSteps(processor, "lane", rows);
  }
}
