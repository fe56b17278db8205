package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.Method;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.train.TinyData;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialData;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.training.MetricsJson;

@ExtendWith(LocalSpark.class)
class EqualTimeTest {
  private static final ImageSet IMAGES =
      new ImageSet("gratings", 60, "00", new FeatureShape(3, 8, 8), List.of("a", "b", "c"));

  private static final Method ERK = new Method("random-erk");
  private static final Method FINE_TUNE = new Method("fine-tune");

  private static final Map<String, Double> SECONDS =
      Map.of("dense", 0.4, "ssc", 0.1, "random-erk", 0.14, "fine-tune", 0.1);

  @TempDir private Path folder;

  private static ComparisonPlan plan(Optional<Double> seconds, String... overrides) {
    return plan(List.of(Method.DENSE, ERK, FINE_TUNE, Method.SSC), seconds, overrides);
  }

  private static ComparisonPlan plan(
      List<Method> methods, Optional<Double> seconds, String... overrides) {
    return ComparisonPlan.of(
        Experiments.tiny(overrides),
        new ComparisonSettings(
            methods,
            Map.of(),
            List.of(0.5, 0.25),
            Equal.SECONDS,
            seconds,
            List.of(1L),
            RunMode.IN_TASK),
        2,
        IMAGES,
        IMAGES);
  }

  /** Kind: a row stands beside those that trained for as long, and for nobody else's time. */
  @Test
  void denseOfEachDensityStandsBesideItsOwnOnly() throws IOException {
    ComparisonPlan plan =
        ComparisonPlan.of(
                Experiments.tiny("averaging.workers=1", "train.epochs=20"),
                new ComparisonSettings(
                    List.of(Method.DENSE, Method.SSC),
                    Map.of(),
                    List.of(1.0, 0.5),
                    Equal.SECONDS,
                    Optional.empty(),
                    List.of(1L),
                    RunMode.IN_TASK),
                2,
                IMAGES,
                IMAGES)
            .timed(Optional.empty(), new FixedStepClock(SECONDS));
    Comparison comparison = Comparison.of(plan, TrialResult::waiting);
    for (double density : List.of(1.0, 0.5)) {
      assertThat(comparison.beside(density).stream().map(Cell::key))
          .containsExactly(new CellKey(Method.DENSE, density), new CellKey(Method.SSC, density));
    }
    assertThat(AgainstSsc.of(comparison).lines().stream().map(AgainstSsc.Line::density))
        .containsExactly(1.0, 0.5);
    assertThat(comparison.denseOnce()).isEmpty();
  }

  /** Kind: epochs fill the budget whichever phase of a method is the quicker. */
  @Test
  void aSparseStepThatIsSlowerThanTheDenseOneCostsNoEpochs() {
    ComparisonPlan plan =
        plan(Optional.empty(), "averaging.workers=1", "train.epochs=20")
            .timed(
                Optional.empty(),
                new FixedStepClock(
                    Map.of("dense", 0.1, "ssc", 0.1, "random-erk", 0.4, "fine-tune", 0.4)));
    // 20 units; n / 2 (1 + 4) of fine-tune.
    assertThat(epochs(plan).get("fine-tune-0.5")).isEqualTo(8);
    assertThat(epochs(plan).get("random-erk-0.5")).isEqualTo(5);
  }

  private static Map<String, Integer> epochs(ComparisonPlan plan) {
    Map<String, Integer> epochs = new LinkedHashMap<>();
    for (CellKey key : plan.cells()) {
      epochs.put(key.name(), plan.trials(key).get(0).experiment().train().epochs());
    }
    return epochs;
  }

  /** 20 epochs of ssc are 200 units; 20 / 4 of dense; 14 of erk; n / 2 (4 + 1) of fine-tune. */
  @Test
  void eachMethodHasAsManyEpochsAsFitIntoWhatSscTakes() {
    ComparisonPlan plan =
        plan(Optional.empty(), "averaging.workers=1", "train.epochs=20")
            .timed(Optional.empty(), new FixedStepClock(SECONDS));
    assertThat(epochs(plan))
        .containsExactly(
            Map.entry("dense-0.5", 5),
            Map.entry("random-erk-0.5", 14),
            Map.entry("fine-tune-0.5", 8),
            Map.entry("ssc-0.5", 20),
            Map.entry("dense-0.25", 5),
            Map.entry("random-erk-0.25", 14),
            Map.entry("fine-tune-0.25", 8),
            Map.entry("ssc-0.25", 20));
    assertThat(plan.trials().stream().map(Trial::alias))
        .startsWith("dense-0.5-equal-seconds-s1", "random-erk-0.5-equal-seconds-s1")
        .contains("ssc-0.5-s1");
    // SSC's own trial is that of any other comparison by the recipe.
    ComparisonPlan plain =
        ComparisonPlan.of(
            Experiments.tiny("averaging.workers=1", "train.epochs=20"),
            new ComparisonSettings(
                List.of(Method.SSC),
                Map.of(),
                List.of(0.5),
                Equal.PARAMETERS,
                Optional.empty(),
                List.of(1L),
                RunMode.IN_TASK),
            2,
            IMAGES,
            IMAGES);
    assertThat(plan.trials().stream().map(Trial::name)).contains(plain.trials().get(0).name());
  }

  /** 15 minibatches of 4 images; a budget below one epoch gives one, fine-tune two. */
  @ParameterizedTest
  @CsvSource({"6, 1, 2, 2, 4", "59.9, 9, 28, 15, 39", "60, 10, 28, 16, 40", "0.1, 1, 1, 2, 1"})
  void orIntoSecondsThatAreGiven(double seconds, int dense, int erk, int tuned, int ssc) {
    ComparisonPlan plan =
        plan(Optional.of(seconds), "averaging.workers=1")
            .timed(Optional.empty(), new FixedStepClock(SECONDS));
    assertThat(epochs(plan).keySet()).startsWith("dense", "random-erk-0.5");
    assertThat(epochs(plan).values()).containsExactly(dense, erk, tuned, ssc, erk, tuned, ssc);
    EqualTime time = EqualTime.of(plan).orElseThrow();
    assertThat(time.lines().get(1).budget()).isEqualTo(seconds);
    assertThat(time.lines().get(1).seconds()).isCloseTo(erk * 15 * 0.14, within(1e-9));
    assertThat(time.json().path("rows").get(1).path("stepSeconds").asDouble()).isEqualTo(0.14);
  }

  /**
   * 10 epochs of ssc are 15 s. RigL's epoch takes 2.1 s; it has 15 minibatches in 8 rounds. Moves
   * come after every second round, by 40 of 60 images, which of dense take 4 s: in one epoch after
   * iterations 4 and 8 of the 11.25 until which it moves, which is 10.1 s; in two five, too many.
   */
  @Test
  void gradientsOfAllWeightsTakeTheirTime() {
    ComparisonPlan plan =
        ComparisonPlan.of(
                Experiments.tiny(
                    "averaging.workers=1",
                    "train.epochs=10",
                    "pruning.regrow-rounds=2",
                    "pruning.chunk=10",
                    "pruning.batches=4"),
                new ComparisonSettings(
                    List.of(new Method("rigl"), new Method("set")),
                    Map.of(),
                    List.of(0.5),
                    Equal.SECONDS,
                    Optional.empty(),
                    List.of(1L),
                    RunMode.IN_TASK),
                2,
                IMAGES,
                IMAGES)
            .timed(
                Optional.empty(),
                new FixedStepClock(Map.of("dense", 0.4, "ssc", 0.1, "rigl", 0.14, "set", 0.14)));
    TimeBudget budget = plan.timeBudget().orElseThrow();
    CellKey rigl = new CellKey(new Method("rigl"), 0.5);
    assertThat(plan.base().train().batch()).isEqualTo(4);
    assertThat(budget.seconds(0.5)).isCloseTo(15, within(1e-9));
    assertThat(budget.seconds(rigl, 1)).isCloseTo(2.1 + 2 * 4, within(1e-9));
    assertThat(budget.seconds(rigl, 2)).isCloseTo(4.2 + 5 * 4, within(1e-9));
    assertThat(epochs(plan).get("set-0.5")).isEqualTo(7);
    assertThat(epochs(plan).get("rigl-0.5")).isEqualTo(1);
  }

  @Test
  void theScheduleTakesAsLargeAShareOfTheRunAsBefore() {
    ComparisonPlan plan =
        plan(
                List.of(Method.DENSE, Method.SSC),
                Optional.empty(),
                "averaging.workers=1",
                "train.epochs=20",
                "train.schedule.kind=step",
                "train.schedule.milestones=[10, 16]",
                "train.schedule.warmup-epochs=2",
                "averaging.schedule.kind=post-local",
                "averaging.schedule.from=12")
            .timed(Optional.empty(), new FixedStepClock(SECONDS));
    Trial dense = plan.trials().get(0);
    assertThat(dense.experiment().train().epochs()).isEqualTo(5);
    assertThat(dense.experiment().train().schedule().milestones()).containsExactly(2.5, 4.0);
    assertThat(dense.experiment().train().schedule().warmupEpochs()).isEqualTo(0.5);
    assertThat(dense.experiment().averaging().schedule().from()).contains(3.0);
    Trial ssc = plan.trials().get(1);
    assertThat(ssc.experiment().train()).isEqualTo(plan.base().train());
  }

  @Test
  void whatWasTimedIsNotTimedAgainAndMoreIsTimedOnTheSameMachineOnly() {
    FixedStepClock clock = new FixedStepClock(SECONDS);
    ComparisonPlan first =
        plan(List.of(Method.DENSE), Optional.empty(), "averaging.workers=1")
            .timed(Optional.empty(), clock);
    assertThat(clock.asked()).containsExactly("ssc-0.5", "ssc-0.25", "dense");
    ComparisonPlan read = ComparisonPlanFormat.read(ComparisonPlanFormat.text(first), "here");
    assertThat(read).isEqualTo(first);
    assertThat(
            plan(List.of(Method.DENSE, Method.SSC), Optional.empty(), "averaging.workers=1")
                .timed(read.stepTimes(), FixedStepClock.NEVER)
                .stepTimes())
        .isEqualTo(first.stepTimes());

    clock.asked().clear();
    ComparisonPlan more = plan(Optional.empty(), "averaging.workers=1");
    ComparisonPlan second = more.timed(first.stepTimes(), clock);
    assertThat(clock.asked())
        .containsExactly(
            "ssc-0.5",
            "ssc-0.25",
            "random-erk-0.5",
            "fine-tune-0.5",
            "random-erk-0.25",
            "fine-tune-0.25");
    assertThat(second.stepTimes().orElseThrow().rows())
        .containsAll(first.stepTimes().orElseThrow().rows())
        .hasSize(7);
    FixedStepClock elsewhere = new FixedStepClock("another", SECONDS);
    assertThatThrownBy(() -> more.timed(first.stepTimes(), elsewhere))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "steps of random-erk-0.5 cannot be compared with those that the folder holds: steps"
                + " were timed on a processor, engine lane and are now on another, engine lane;"
                + " choose another folder");
  }

  /** A busy machine makes no method slow: what is added has as many epochs as on a quiet one. */
  @Test
  void whatIsAddedIsTimedBesideSscAndScaledByItsSteps() {
    ComparisonPlan first =
        plan(List.of(Method.SSC), Optional.empty(), "averaging.workers=1", "train.epochs=20")
            .timed(Optional.empty(), new FixedStepClock(SECONDS));
    ComparisonPlan more = plan(Optional.empty(), "averaging.workers=1", "train.epochs=20");
    // At one of the densities steps take twice as long now, at the other three times.
    ComparisonPlan second =
        more.timed(
            first.stepTimes(),
            new FixedStepClock(
                subject ->
                    SECONDS.get(subject.key().method().name())
                        * (subject.key().density() == 0.25 ? 3 : 2)));
    assertThat(epochs(second))
        .isEqualTo(epochs(more.timed(Optional.empty(), new FixedStepClock(SECONDS))));
    TimedSteps times = second.stepTimes().orElseThrow();
    assertThat(times.find(new CellKey(Method.SSC, 0.25)))
        .contains(first.stepTimes().orElseThrow().rows().get(1));
    StepTime erk = times.find(new CellKey(ERK, 0.25)).orElseThrow();
    assertThat(erk.seconds()).isCloseTo(0.14, within(1e-12));
    assertThat(erk.low()).isCloseTo(0.9 * 0.14, within(1e-12));
    assertThat(erk.high()).isCloseTo(1.2 * 0.14, within(1e-12));
  }

  /** SSC and, if there is one, a variant v. */
  static ComparisonPlan beside(Equal equal, Map<String, SscVariant> variants) {
    return ComparisonPlan.of(
        Experiments.tiny("averaging.workers=1", "train.epochs=20"),
        new ComparisonSettings(
            List.of(Method.SSC),
            variants,
            List.of(0.5),
            equal,
            Optional.empty(),
            List.of(1L),
            RunMode.IN_TASK),
        2,
        IMAGES,
        IMAGES);
  }

  static Map<String, SscVariant> variant(String key, String value) {
    return Map.of("v", new SscVariant(Map.of(key, Optional.of(value))));
  }

  /** The plan that a folder holds after a start. */
  private static Optional<TimedSteps> held(ComparisonPlan started) {
    return ComparisonPlanFormat.read(ComparisonPlanFormat.text(started), "here").stepTimes();
  }

  /**
   * Kind: a variant's name is given to other settings, at once or after a start without it: the
   * step is that of the network, not that of the name.
   */
  @Test
  void aVariantOfOtherSettingsIsTimedAnew() {
    FixedStepClock clock =
        new FixedStepClock(
            subject ->
                subject.key().isSsc() ? 0.1 : subject.experiment().ssc().offsets() ? 0.2 : 0.4);
    ComparisonPlan still = beside(Equal.SECONDS, variant("offsets", "false"));
    ComparisonPlan erk = beside(Equal.SECONDS, variant("profile", "erk"));
    ComparisonPlan first = still.timed(Optional.empty(), clock);
    assertThat(epochs(first).get("ssc-v-0.5")).isEqualTo(5);
    assertThat(held(first)).isEqualTo(first.stepTimes());
    ComparisonPlan without = beside(Equal.SECONDS, Map.of()).timed(held(first), clock);
    for (ComparisonPlan before : List.of(first, without)) {
      clock.asked().clear();
      ComparisonPlan second = erk.timed(held(before), clock);
      assertThat(clock.asked()).containsExactly("ssc-0.5", "ssc-v-0.5");
      assertThat(epochs(second).get("ssc-v-0.5")).isEqualTo(10);
      assertThat(still.timed(held(second), FixedStepClock.NEVER).trials())
          .isEqualTo(first.trials());
    }
  }

  /**
   * Kind: older programs kept times by a variant's name; whose they are their plan says, or none.
   */
  @Test
  void timesByNameAreThoseOfTheVariantOfTheirPlan() {
    ComparisonPlan first =
        beside(Equal.SECONDS, variant("offsets", "false"))
            .timed(Optional.empty(), new FixedStepClock(subject -> 0.1));
    ObjectNode older = (ObjectNode) MetricsJson.read(ComparisonPlanFormat.text(first));
    older.at("/stepTimes/rows").forEach(row -> ((ObjectNode) row).remove("settings"));
    assertThat(ComparisonPlanFormat.read(older.toString(), "here")).isEqualTo(first);
    ((ObjectNode) older.path("compare")).putObject("variants");
    assertThat(ComparisonPlanFormat.read(older.toString(), "here").stepTimes().orElseThrow().rows())
        .containsExactly(first.stepTimes().orElseThrow().rows().get(0));
  }

  @Test
  void comparisonsOfOneMeasurementMayBeMerged() {
    ComparisonPlan one = plan(Optional.of(9.0), "averaging.workers=1");
    ComparisonPlan timed = one.timed(Optional.empty(), new FixedStepClock(SECONDS));
    assertThat(PlanDifference.between(timed, timed)).isEmpty();
    assertThat(timed.plus(timed)).isEqualTo(timed);
    ComparisonPlan again =
        one.timed(
            Optional.empty(),
            new FixedStepClock(
                Map.of("dense", 0.4, "ssc", 0.1, "random-erk", 0.2, "fine-tune", 0.1)));
    assertThat(PlanDifference.between(timed, again))
        .contains("a step of random-erk-0.5 was timed as 0.14 s and is now 0.2 s");
    assertThat(PlanDifference.between(timed, plan(Optional.empty(), "averaging.workers=1")))
        .contains("compare.seconds was 9.0 and is now null");
  }

  /** Kind: comparisons of other methods that were planned apart are no one comparison. */
  @Test
  void comparisonsOfOneBudgetAreMergedIfTheyShareAStep() {
    StepClock clock = new FixedStepClock(SECONDS);
    ComparisonPlan erk = plan(List.of(ERK), Optional.of(9.0), "averaging.workers=1");
    ComparisonPlan ssc = plan(List.of(Method.SSC), Optional.of(9.0), "averaging.workers=1");
    ComparisonPlan one = erk.timed(Optional.empty(), clock);
    assertThat(PlanDifference.between(one, ssc.timed(Optional.empty(), clock)))
        .contains("steps were timed anew, and none has the same time in both");
    assertThat(PlanDifference.between(one, ssc.timed(one.stepTimes(), clock))).isEmpty();
    TimedSteps half = one.stepTimes().orElseThrow();
    assertThat(half.timedApart(timed(Method.SSC, 0.125), /* oneBudget= */ true)).isEmpty();
    assertThat(half.timedApart(timed(Method.SSC, 0.5), /* oneBudget= */ true)).isPresent();
    assertThat(half.timedApart(timed(Method.DENSE, 1), /* oneBudget= */ true)).isPresent();
    ComparisonPlan own = plan(List.of(Method.SSC), Optional.empty(), "averaging.workers=1");
    assertThat(PlanDifference.between(own.timed(Optional.empty(), clock), own)).isEmpty();
  }

  private static TimedSteps timed(Method method, double density) {
    StepTime step = new StepTime(new CellKey(method, density), 7, 7, 7);
    return new TimedSteps("a processor", "lane", List.of(step));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertRefused(
        Equal.MACS, Optional.of(3.0), RunMode.IN_TASK, "budget of compare.equal = seconds");
    assertRefused(Equal.SECONDS, Optional.of(0.0), RunMode.IN_TASK, "must be above 0");
    assertRefused(Equal.SECONDS, Optional.empty(), RunMode.DATA_PARALLEL, "runs = data-parallel");
    ComparisonPlan long1 = plan(Optional.of(1e12), "averaging.workers=1").knowing(Optional.empty());
    assertThatThrownBy(() -> long1.timed(Optional.empty(), new FixedStepClock(SECONDS)).trials())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("more than a million epochs");
    assertThatThrownBy(() -> plan(Optional.empty(), "averaging.workers=1", "macs=1000"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("macs = 1000 is for a single run");
  }

  private static void assertRefused(
      Equal equal, Optional<Double> seconds, RunMode runs, String message) {
    assertThatThrownBy(
            () ->
                new ComparisonSettings(
                    List.of(Method.SSC), Map.of(), List.of(0.5), equal, seconds, List.of(1L), runs))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  /** What is measured is up to the machine; that all of it is, is not. */
  @Test
  void theClockTimesEveryNetworkOnAnExecutor(JavaSparkContext spark) throws IOException {
    TrialData data =
        TrialData.at(
            spark.hadoopConfiguration(),
            TinyData.write(folder.resolve("train"), 53),
            TinyData.write(folder.resolve("test"), 20));
    ComparisonPlan plan =
        ComparisonPlan.of(
            Experiments.tiny("averaging.workers=1", "engine=lane", "pruning.chunk=16"),
            new ComparisonSettings(
                List.of(Method.DENSE, new Method("snip"), FINE_TUNE),
                Map.of(),
                List.of(0.5),
                Equal.SECONDS,
                Optional.empty(),
                List.of(1L),
                RunMode.IN_TASK),
            2,
            ImageSet.of(data.training().manifest()),
            ImageSet.of(data.test().manifest()));
    TimedSteps times =
        plan.timed(Optional.empty(), new ExecutorStepClock(spark, data, Progress.SILENT))
            .stepTimes()
            .orElseThrow();
    assertThat(times.rows().stream().map(row -> row.key().name()))
        .containsExactly("ssc-0.5", "dense", "snip-0.5", "fine-tune-0.5");
    assertThat(times.rows())
        .allSatisfy(row -> assertThat(row.seconds()).isBetween(row.low(), row.high()));
    assertThat(times.processor()).isNotEmpty();
    assertThat(times.engine()).startsWith("lane");
  }

  @Test
  void whatCannotBeDesignedIsNamed(JavaSparkContext spark) throws IOException {
    TrialData data =
        TrialData.at(
            spark.hadoopConfiguration(),
            TinyData.write(folder.resolve("train"), 53),
            TinyData.write(folder.resolve("test"), 20));
    StepClock clock = new ExecutorStepClock(spark, data, Progress.SILENT);
    CellKey key = new CellKey(new Method("hetconv"), 0.01);
    StepClock.Subject subject =
        new StepClock.Subject(
            key, Experiments.tiny("averaging.workers=1", "method=hetconv", "density=0.01"));
    assertThatThrownBy(() -> clock.time(List.of(subject)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            "comparing by seconds times steps first, and hetconv cannot be at density 0.01: ");
  }

  @Test
  void quartilesAreBetweenTheNearestTurns() {
    StepTime time =
        StepTime.of(new CellKey(Method.SSC, 0.5), new double[] {5, 1, 2, 4, 3, 100, 0.5});
    assertThat(time.seconds()).isEqualTo(3);
    assertThat(time.low()).isEqualTo(1.5);
    assertThat(time.high()).isEqualTo(4.5);
  }
}
