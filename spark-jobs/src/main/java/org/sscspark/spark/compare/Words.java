package org.sscspark.spark.compare;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.function.Function;
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;

/** How a comparison's tables and report put things. */
final class Words {
  private Words() {}

  /** A density that was asked for, with all its digits and no zeros after them: {@code 5 %}. */
  static String asked(double density) {
    return BigDecimal.valueOf(density).movePointRight(2).stripTrailingZeros().toPlainString()
        + " %";
  }

  /** When a method chooses its weights. */
  static String chosen(Method method) {
    return switch (method.time()) {
      case BEFORE -> "before training";
      case ONCE_WITHIN -> "within training";
      case THROUGHOUT -> "throughout";
    };
  }

  /** A mean, or nothing where it is not known. */
  static String known(Statistic statistic, Function<Double, String> format) {
    return statistic.isKnown() ? format.apply(statistic.mean()) : "";
  }

  /** Mean and deviation in percent: {@code 61.24 ± 0.31 %}. */
  static String accuracy(Statistic statistic) {
    if (!statistic.isKnown()) {
      return "";
    }
    return statistic.count() < 2
        ? Figures.percent(statistic.mean())
        : String.format(
            Locale.ROOT, "%.2f \u00b1 %.2f %%", 100 * statistic.mean(), 100 * statistic.std());
  }

  /** A difference of shares in points: {@code +0.31}. */
  static String points(double share) {
    return String.format(Locale.ROOT, "%+.2f", 100 * share);
  }

  /** A mean difference in points; nothing where there is none. */
  static String mean(PairedDifference difference) {
    return difference.pairs() == 0 ? "" : points(difference.mean());
  }

  /** Both ends of an interval in points; nothing where there is none. */
  static String interval(PairedDifference difference) {
    return difference.hasInterval()
        ? points(difference.low()) + " to " + points(difference.high())
        : "";
  }

  /** So many of a thing: {@code 1 seed}, {@code 3 seeds}. */
  static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  /** How many seeds and test images the accuracies of a plan rest on. */
  static String tested(ComparisonPlan plan) {
    return "%s, %s test images"
        .formatted(
            counted(plan.settings().seeds().size(), "seed"), Figures.count(plan.test().examples()));
  }
}
