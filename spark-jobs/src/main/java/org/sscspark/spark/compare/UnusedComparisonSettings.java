package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.config.Settings;
import org.sscspark.spark.compare.ComparisonSettings.Equal;

/** Settings of a comparison that were given and change nothing, because of its methods. */
public final class UnusedComparisonSettings {
  private UnusedComparisonSettings() {}

  /**
   * What to tell a user of them.
   *
   * @return one line, if there are any
   */
  public static Optional<String> text(Settings settings, ComparisonPlan plan) {
    List<String> unused = new ArrayList<>();
    if (plan.cells().stream().allMatch(plan::isDenseOnce)) {
      unused.add("compare.densities");
    }
    Equal equal = plan.settings().equal();
    boolean atCostOfSsc = equal == Equal.MACS || equal == Equal.STEP_SECONDS;
    if (atCostOfSsc && !plan.isBoundBySsc()) {
      unused.add("compare.equal");
    }
    unused.retainAll(settings.given());
    return unused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            unused.stream()
                .map(key -> key + " (compare.methods = " + plan.settings().methods() + ")")
                .collect(Collectors.joining(", ", "Settings without effect: ", "")));
  }
}
