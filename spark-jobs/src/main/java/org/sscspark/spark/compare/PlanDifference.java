package org.sscspark.spark.compare;

import java.util.Optional;
import org.sscspark.checkpoint.RunComparison;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.KebabCase;

/** What keeps two comparisons from becoming one. */
final class PlanDifference {
  private PlanDifference() {}

  /** The first difference, in words. */
  static Optional<String> between(ComparisonPlan one, ComparisonPlan other) {
    return recipe(one.record(), other.record())
        .or(() -> settings(one.settings(), other.settings()))
        .or(() -> stepTimes(one, other));
  }

  private static Optional<String> recipe(RunRecord one, RunRecord other) {
    RunComparison comparison = new RunComparison(one, other);
    return comparison.difference().or(comparison::decodingDifference);
  }

  private static Optional<String> settings(ComparisonSettings one, ComparisonSettings other) {
    if (one.equal() != other.equal()) {
      return Optional.of(
          "compare.equal was %s and is now %s"
              .formatted(KebabCase.of(one.equal()), KebabCase.of(other.equal())));
    }
    if (!one.seconds().equals(other.seconds())) {
      return Optional.of(
          "compare.seconds was %s and is now %s"
              .formatted(inWords(one.seconds()), inWords(other.seconds())));
    }
    return one.differentVariant(other)
        .map(name -> "compare.variants.%s has other settings".formatted(name));
  }

  private static String inWords(Optional<Double> seconds) {
    return seconds.map(String::valueOf).orElse("null");
  }

  private static Optional<String> stepTimes(ComparisonPlan one, ComparisonPlan other) {
    if (one.stepTimes().isEmpty() || other.stepTimes().isEmpty()) {
      return Optional.empty();
    }
    TimedSteps before = one.stepTimes().get();
    TimedSteps now = other.stepTimes().get();
    return before
        .difference(now)
        .or(() -> before.timedApart(now, one.settings().seconds().isPresent()));
  }
}
