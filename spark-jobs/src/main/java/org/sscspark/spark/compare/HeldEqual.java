package org.sscspark.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sscspark.report.Facts;
import org.sscspark.report.Facts.Fact;
import org.sscspark.report.Figures;
import org.sscspark.report.HtmlReport.Section;
import org.sscspark.report.Listing;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.TrialResult;

/** What a comparison held equal: recipe, data, machines. */
record HeldEqual(Comparison comparison) {
  Section section() {
    ComparisonPlan plan = comparison.plan();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "equal for all",
            "recipe, training and test images, number of workers, engine; for one seed also the"
                + " order of images, their augmentation, and the number that each weight of the"
                + " dense network draws"));
    facts.add(
        switch (plan.settings().equal()) {
          case PARAMETERS -> new Fact("not equal", "multiply-adds and time: see the table");
          case MACS ->
              new Fact(
                  "not equal",
                  "weights and time: each method has the density at which it costs, within 1 %, as"
                      + " many multiply-adds as ssc at the density asked for");
          case STEP_SECONDS ->
              new Fact(
                  "not equal",
                  "weights and multiply-adds: each method has the density at which a step takes, as"
                      + " measured before, as long as that of ssc at the density asked for");
          case SECONDS ->
              new Fact(
                  "not equal",
                  "epochs: each method has as many as fit into "
                      + plan.settings()
                          .seconds()
                          .map(seconds -> Figures.fixed(seconds, 1) + " s of training")
                          .orElse("the training time of ssc at the density asked for")
                      + ", and its schedule of the learning rate takes as large a share of them;"
                      + " multiply-adds");
        });
    facts.add(new Fact("training set", named(plan.training())));
    facts.add(new Fact("test set", named(plan.test())));
    facts.add(
        new Fact(
            "seeds",
            plan.settings().seeds().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", "))));
    facts.add(
        new Fact(
            "workers",
            plan.settings().runs() == RunMode.IN_TASK
                ? "one for each trial; trials ran side by side, so times are those of a shared"
                    + " machine"
                : plan.base().averaging().workers().orElse(1)
                    + " for each trial; one trial after the other"));
    facts.addAll(environment());
    return Section.of("What was held equal", new Facts(facts), new Listing(recipe()));
  }

  /** What the trials ran on; several values where they did not all run on the same. */
  private List<Fact> environment() {
    TreeMap<String, TreeSet<String>> values = new TreeMap<>();
    for (TrialResult trial : comparison.trials()) {
      trial
          .environment()
          .forEach((name, value) -> values.computeIfAbsent(name, n -> new TreeSet<>()).add(value));
    }
    return values.entrySet().stream()
        .map(one -> new Fact(one.getKey(), String.join("; ", one.getValue())))
        .toList();
  }

  private List<String> recipe() {
    Map<String, String> settings = comparison.plan().common();
    return settings.entrySet().stream().map(one -> one.getKey() + " = " + one.getValue()).toList();
  }

  private static String named(ImageSet set) {
    return "%s: %s images of %s in %s classes, SHA-256 %s"
        .formatted(
            set.name(),
            Figures.count(set.examples()),
            set.shape(),
            set.classes().size(),
            set.sha256());
  }
}
