package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.Method;
import org.sscspark.report.Headlines.Headline;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder.State;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.training.MetricsJson;

/** Who is called the best, and by what. */
class RivalsTest {
  private static final ImageSet IMAGES =
      new ImageSet("gratings", 53, "00", new FeatureShape(3, 8, 8), List.of("a", "b", "c"));

  /**
   * A comparison of which rows are done as said.
   *
   * @param accuracies of each seed, by the row's label; NaN of a trial that failed
   */
  private static Comparison comparison(
      Equal equal,
      Optional<Double> seconds,
      List<Method> methods,
      Map<String, List<Double>> accuracies) {
    ComparisonPlan plan =
        ComparisonPlan.of(
                Experiments.tiny("averaging.workers=1", "train.epochs=4"),
                new ComparisonSettings(
                    methods,
                    accuracies.containsKey("ssc:erk")
                        ? Map.of("erk", new SscVariant(Map.of("profile", Optional.of("erk"))))
                        : Map.of(),
                    List.of(0.5),
                    equal,
                    seconds,
                    List.of(1L, 2L),
                    RunMode.IN_TASK),
                2,
                IMAGES,
                IMAGES)
            .timed(Optional.empty(), new FixedStepClock(subject -> 1e-3));
    List<Cell> cells = new ArrayList<>();
    for (CellKey key : plan.cells()) {
      List<TrialResult> results = new ArrayList<>();
      for (Trial trial : plan.trials(key)) {
        int seed = (int) trial.experiment().seed() - 1;
        results.add(result(trial, accuracies.get(key.label()).get(seed)));
      }
      cells.add(new Cell(key, results));
    }
    return new Comparison(plan, cells);
  }

  private static TrialResult result(Trial trial, double accuracy) {
    boolean failed = Double.isNaN(accuracy);
    return new TrialResult(
        trial,
        failed ? State.FAILED : State.DONE,
        failed ? Optional.of("Training diverged") : Optional.empty(),
        new TreeMap<>(),
        failed
            ? List.of()
            : List.of(
                MetricsJson.read(
                    "{\"epoch\":"
                        + trial.epochs()
                        + ",\"loss\":1,\"accuracy\":0.5,\"evaluation\":{\"loss\":1,\"accuracy\":"
                        + accuracy
                        + "}}")),
        Optional.empty());
  }

  private static Comparison atEqualWeights(Map<String, List<Double>> accuracies) {
    List<Method> methods =
        new TreeMap<>(accuracies)
            .keySet().stream().filter(name -> !name.contains(":")).map(Method::new).toList();
    return comparison(Equal.PARAMETERS, Optional.empty(), methods, accuracies);
  }

  private static List<String> headlines(Comparison comparison) {
    return new Ranking(comparison).headlines().stream().map(Headline::toString).toList();
  }

  @Test
  void whatDoesNotPruneAtInitialisationIsMarkedAndNotTheBest() {
    Map<String, List<Double>> accuracies =
        new TreeMap<>(
            Map.of(
                "ssc", List.of(0.5, 0.5625),
                "ssc:erk", List.of(0.75, 0.75),
                "snip", List.of(0.25, 0.375),
                "set", List.of(0.875, 0.875),
                "rigl", List.of(0.875, 0.875),
                "fine-tune", List.of(0.875, 0.875)));
    Comparison comparison = atEqualWeights(accuracies);
    String page = new ComparisonPage(comparison).markdown();
    assertThat(page)
        .contains("| method | chosen |", "| rigl | throughout |", "| fine-tune | within training |")
        .contains("| 50 % | snip | 31.25 ");
    assertThat(headlines(comparison).toString())
        .contains("ssc:erk, of 3 methods", "place 2 of 3")
        .doesNotContain("rigl");

    accuracies.keySet().removeAll(List.of("set", "rigl", "fine-tune"));
    assertThat(new ComparisonPage(atEqualWeights(accuracies)).markdown())
        .doesNotContain("| chosen |");
  }

  /** Dense is a rival where all have the same time, wherever the time comes from. */
  @Test
  void denseCompetesAtEqualTimeOnly() {
    List<Method> methods = List.of(Method.DENSE, Method.SSC, new Method("snip"));
    Map<String, List<Double>> accuracies =
        Map.of(
            "dense", List.of(0.875, 0.75),
            "ssc", List.of(0.5, 0.5625),
            "snip", List.of(0.25, 0.375));
    for (Optional<Double> seconds : List.of(Optional.<Double>empty(), Optional.of(0.05))) {
      Comparison comparison = comparison(Equal.SECONDS, seconds, methods, accuracies);
      assertThat(new ComparisonPage(comparison).markdown()).contains("| 50 % | dense | 81.25 ");
      assertThat(headlines(comparison).toString()).contains("dense, of 3 methods", "place 2 of 3");
    }
    Comparison weights = comparison(Equal.PARAMETERS, Optional.empty(), methods, accuracies);
    assertThat(new ComparisonPage(weights).markdown()).contains("| 50 % | snip | 31.25 ");
    assertThat(headlines(weights).toString()).contains("ssc, of 2 methods");
  }

  /** A method whose hard seed failed would win by the easy one alone. */
  @Test
  void allAreJudgedByTheSeedsThatAllHave() {
    Map<String, List<Double>> accuracies =
        Map.of(
            "ssc", List.of(0.75, 0.25),
            "snip", List.of(0.625, 0.25),
            "synflow", List.of(0.5, Double.NaN));
    Comparison comparison = atEqualWeights(accuracies);
    assertThat(new ComparisonPage(comparison).markdown())
        .contains(
            "which favours it. At 50 % it is chosen by the seeds that all have: synflow lacks"
                + " seed 2 (failed).\n",
            "| 50 % | snip | 62.50 % | 75.00 % | +12.50 |  | 1 |");
    assertThat(headlines(comparison).toString()).contains("75.00 %").doesNotContain("place");
  }

  /** Kind: of equals none is called the best or ranked behind because of where it stands. */
  @Test
  void equalsShareAPlace() {
    Comparison behind =
        atEqualWeights(
            Map.of(
                "ssc", List.of(0.25, 0.375),
                "snip", List.of(0.75, 0.5),
                "synflow", List.of(0.5, 0.75)));
    assertThat(headlines(behind).toString())
        .contains("62.50 %", "snip, synflow, of 3 methods", "place 3 of 3");
    assertThat(new ComparisonPage(behind).markdown())
        .contains("| 50 % | snip | 62.50 ", "| 50 % | synflow | 62.50 ");
    Comparison first =
        atEqualWeights(
            Map.of(
                "ssc", List.of(0.25, 0.75),
                "snip", List.of(0.75, 0.25),
                "synflow", List.of(0.25, 0.25)));
    assertThat(headlines(first).toString())
        .contains("snip, ssc, of 3 methods")
        .doesNotContain("place");
  }

  /** Kind: a table that is not there is told of. */
  @Test
  void nobodyIsTheBestWhereNoSeedIsDoneByAll() {
    Comparison comparison =
        atEqualWeights(
            Map.of(
                "ssc", List.of(0.75, Double.NaN),
                "snip", List.of(Double.NaN, 0.5)));
    String why =
        "At 50 % no method is called the best, as no seed is done with all: snip lacks seed 1"
            + " (failed); ssc lacks seed 2 (failed).";
    assertThat(new ComparisonPage(comparison).markdown())
        .contains("\n" + why + "\n")
        .doesNotContain("best of the others");
    assertThat(headlines(comparison)).isEmpty();
    assertThat(new ComparisonReport(comparison).page().html()).contains(why);
  }
}
