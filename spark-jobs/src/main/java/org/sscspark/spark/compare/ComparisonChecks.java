package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FanIn;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscSettings;
import org.sscspark.pruning.Method;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.trial.RunMode;

/** What a comparison is refused for when it is planned. */
final class ComparisonChecks {
  private ComparisonChecks() {}

  /**
   * Checks that settings of all trials go with what is compared.
   *
   * @throws BadInputException if one does not
   */
  static void requireFitting(Experiment base, ComparisonSettings settings) {
    Optional<Integer> workers = base.averaging().workers();
    if (settings.runs() == RunMode.IN_TASK && workers.isPresent() && workers.get() != 1) {
      throw new BadInputException(
          "averaging.workers = %s does not go with compare.runs = in-task, where a trial is one"
                  .formatted(workers.get())
              + " worker; leave it out, or take compare.runs = data-parallel");
    }
    if (base.macs().isPresent()) {
      throw new BadInputException(
          "macs = %s is for a single run; leave it out, and take compare.equal = macs"
              .formatted(base.macs().get()));
    }
    if (base.from().isPresent()) {
      throw new BadInputException(
          "from = %s is for train and sweep; methods are compared from initial weights, so leave it"
                  .formatted(base.from().get())
              + " out");
    }
    if (base.pruning().denseShare().isPresent()
        && settings.methods().stream().allMatch(method -> method.denseShare() == 0)) {
      throw new BadInputException(
          "pruning.dense-share = %s is for methods that score trained weights, and none of"
                  .formatted(base.pruning().denseShare().get())
              + " compare.methods does; leave it out, or add fine-tune");
    }
    Optional<String> regrowing = base.pruning().regrowing();
    if (regrowing.isPresent()
        && settings.methods().stream()
            .allMatch(method -> method.time() != Method.Time.THROUGHOUT)) {
      throw new BadInputException(
          "%s is for methods whose weights move while they are trained, and none of compare.methods"
                  .formatted(regrowing.get())
              + " is one; leave it out, or add set");
    }
  }

  /**
   * Checks that rows differ in what they name, and that none has a trial that would be refused.
   *
   * @throws BadInputException if not
   */
  static void requireRows(ComparisonPlan plan) {
    requireDensitiesThatMatter("", plan.base().ssc());
    for (VariantKey variant : plan.variants()) {
      requireDensitiesThatMatter("compare.variants." + variant.name() + ": ", variant.ssc());
    }
    requireDistinctVariants(plan.variants());
    requireDifferentNetworks(plan);
    requireTrials(plan);
  }

  private static void requireDensitiesThatMatter(String where, SscSettings ssc) {
    if (ssc.g().isPresent()) {
      throw new BadInputException(
          "%sssc.g = %s gives every density the same network, which cannot be compared at equal density or cost; leave out ssc.g and ssc.n"
              .formatted(where, ssc.g().get()));
    }
  }

  private static void requireDistinctVariants(List<VariantKey> variants) {
    Map<SscSettings, String> names = new HashMap<>();
    for (VariantKey variant : variants) {
      String other = names.put(variant.ssc(), variant.name());
      if (other != null) {
        throw new BadInputException(
            "compare.variants.%s and compare.variants.%s have equal settings; leave one out"
                .formatted(other, variant.name()));
      }
    }
  }

  /**
   * What a row of SSC begins with, but for the seed.
   *
   * @param networks by density
   */
  private record Beginning(List<NetworkSpec> networks, FanIn fanIn) {}

  /** Settings that differ can still choose the same weights, and would be trained twice. */
  private static void requireDifferentNetworks(ComparisonPlan plan) {
    if (plan.variants().isEmpty()) {
      return;
    }
    Map<Beginning, String> names = new HashMap<>();
    names.put(beginning(plan, Optional.empty()), "ssc");
    for (VariantKey variant : plan.variants()) {
      String name = "compare.variants." + variant.name();
      String other = names.put(beginning(plan, Optional.of(variant)), name);
      if (other != null) {
        throw new BadInputException(
            "%s changes nothing: its networks are those of %s at all densities; leave it out, or give other values"
                .formatted(name, other));
      }
    }
  }

  private static Beginning beginning(ComparisonPlan plan, Optional<VariantKey> variant) {
    List<NetworkSpec> networks = new ArrayList<>();
    for (double density : plan.settings().densities()) {
      CellKey cell = new CellKey(Method.SSC, variant, density);
      networks.add(plan.network(cell, plan.trials(cell).get(0).experiment()));
    }
    return new Beginning(networks, variant.map(VariantKey::ssc).orElse(plan.base().ssc()).fanIn());
  }

  /** Settings that do not go with a method are told now, not when its trial begins. */
  private static void requireTrials(ComparisonPlan plan) {
    plan.cells().forEach(plan::trials);
  }
}
