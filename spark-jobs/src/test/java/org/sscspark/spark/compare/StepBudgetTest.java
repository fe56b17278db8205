package org.sscspark.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;
import org.sscspark.pruning.Method;
import org.sscspark.spark.compare.ComparisonSettings.Equal;
import org.sscspark.spark.train.Experiment;
import org.sscspark.spark.train.Experiments;
import org.sscspark.spark.trial.ImageSet;
import org.sscspark.spark.trial.RunMode;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.training.MetricsJson;

class StepBudgetTest {
  private static final Experiment TINY = Experiments.tiny("averaging.workers=1");
  private static final CellKey ERK = new CellKey(new Method("random-erk"), 0.1);
  private static final CellKey SNIP = new CellKey(new Method("snip"), 0.1);
  private static final CellKey ERK_AT_5 = new CellKey(new Method("random-erk"), 0.05);

  /** Times without any spread: equal is what differs by 1 %. */
  private static StepClock quiet(
      ToDoubleFunction<StepClock.Subject> seconds, List<List<String>> measured) {
    return subjects -> {
      measured.add(subjects.stream().map(one -> one.key().name()).toList());
      return new TimedSteps(
          "a processor",
          "lane",
          subjects.stream()
              .map(
                  one -> {
                    double time = seconds.applyAsDouble(one);
                    return new StepTime(one.key(), time, time, time);
                  })
              .toList());
    };
  }

  private static StepBudget budget(
      ToDoubleFunction<StepClock.Subject> seconds, List<List<String>> measured) {
    return new StepBudget(
        quiet(seconds, measured),
        (row, density) -> TINY.withMethod(row.method()).withDensity(density));
  }

  /** Kind: of two measurements the one that is let pass is not the one that is asked later. */
  @Test
  void whatIsEqualByItsOwnSpreadIsFound() {
    List<Double> tried = new ArrayList<>();
    StepBudget budget =
        new StepBudget(
            subjects -> {
              StepClock.Subject erk = subjects.get(1);
              tried.add(erk.experiment().density());
              boolean isFirst = tried.size() == 1;
              double time = isFirst ? 1.015 : 0.98;
              double spread = isFirst ? 0 : 0.03;
              return new TimedSteps(
                  "a processor",
                  "lane",
                  List.of(
                      new StepTime(subjects.get(0).key(), 1, 1, 1),
                      new StepTime(erk.key(), time, time * (1 - spread), time * (1 + spread))));
            },
            (row, density) -> TINY.withMethod(row.method()).withDensity(density));
    SolvedStep found = budget.solve(List.of(ERK)).solved(ERK).orElseThrow();
    assertThat(tried).hasSize(2);
    assertThat(found.density()).isEqualTo(tried.get(1));
  }

  /** Times that grow with density by a power, on top of what every step takes. */
  @Property(tries = 300)
  void theDensityIsFoundWhateverTimeGrowsLike(
      @ForAll @DoubleRange(min = 0, max = 0.95) double fixed,
      @ForAll @DoubleRange(min = 0.4, max = 1.6) double power,
      @ForAll @DoubleRange(min = 0.01, max = 0.9) double density) {
    double scale = (1 - fixed) / Math.pow(density, power);
    SolvedStep found =
        budget(
                one ->
                    one.key().isSsc()
                        ? 1
                        : fixed + scale * Math.pow(one.experiment().density(), power),
                new ArrayList<>())
            .solve(List.of(ERK))
            .solved(ERK)
            .orElseThrow();
    double time = fixed + scale * Math.pow(found.density(), power);
    assertThat(time).isBetween(0.99, 1.01);
    assertThat(found.own().seconds()).isEqualTo(time);
    assertThat(found.density()).isBetween(0.0, 1.0);
  }

  @Test
  void whatIsNotSettledIsTimedInTurnsWithSscAndNothingElseIs() {
    List<List<String>> measured = new ArrayList<>();
    TimedSteps times =
        budget(
                one ->
                    switch (one.key().method().name()) {
                      case "ssc" -> one.key().density() == 0.1 ? 3e-3 : 2e-3;
                      case "snip" -> 3.02e-3;
                      default -> 1e-3 + 30e-3 * one.experiment().density();
                    },
                measured)
            .solve(List.of(ERK, SNIP, ERK_AT_5));
    assertThat(measured.get(0))
        .containsExactly("ssc-0.1", "random-erk-0.1", "snip-0.1", "ssc-0.05", "random-erk-0.05");
    assertThat(measured.get(1))
        .containsExactly("ssc-0.1", "random-erk-0.1", "ssc-0.05", "random-erk-0.05");
    assertThat(times.solved(SNIP).orElseThrow().density()).isEqualTo(0.1);
    assertThat(times.solved(ERK).orElseThrow().density()).isBetween(0.065, 0.0685);
    assertThat(times.solved(ERK_AT_5).orElseThrow().density()).isBetween(0.0325, 0.034);
  }

  @Test
  void whatCannotBeMetIsRefusedInOneLine() {
    assertThatThrownBy(
            () ->
                budget(one -> one.key().isSsc() ? 1e-3 : 2e-3, new ArrayList<>())
                    .solve(List.of(ERK)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            "compare.equal = step-seconds: no density of random-erk was found at which a step takes"
                + " as long as that of ssc-0.1, 1.00 ms: the nearest is ")
        .hasMessageEndingWith("with 2.00 ms; leave it out, or let nothing else run meanwhile");
    List<List<String>> measured = new ArrayList<>();
    assertThatThrownBy(
            () ->
                budget(
                        one -> one.key().isSsc() ? 9e-3 : 2e-3 * one.experiment().density(),
                        measured)
                    .solve(List.of(ERK)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the nearest is 1.000 with 2.00 ms");
    assertThat(measured).hasSizeLessThan(4);
  }

  private static final double FLOOR = 0.0494;

  /** Times without any spread, of a structure that cannot have fewer weights. */
  private static SolvedStep solved(
      CellKey row, ToDoubleFunction<Double> seconds, List<Double> timed) {
    StepClock quiet =
        quiet(
            one -> one.key().isSsc() ? 1 : seconds.applyAsDouble(one.experiment().density()),
            new ArrayList<>());
    StepClock clock =
        subjects ->
            quiet.time(
                subjects.stream()
                    .map(
                        one -> new StepClock.Subject(one.key(), one.made(StepBudgetTest::possible)))
                    .peek(one -> timed.add(one.experiment().density()))
                    .toList());
    return new StepBudget(
            clock, (key, density) -> TINY.withMethod(key.method()).withDensity(density))
        .solve(List.of(row))
        .solved(row)
        .orElseThrow();
  }

  private static Experiment possible(Experiment experiment) {
    if (experiment.density() < FLOOR && !experiment.method().equals(Method.SSC)) {
      throw new BadInputException("density " + experiment.density() + " cannot be met");
    }
    return experiment;
  }

  /** Kind: a guess that a structure refuses ends no comparison that another density makes. */
  @Test
  void densitiesThatAreRefusedBoundTheSearch() {
    // A line through the first guesses is at 0.042 where the time would be equal.
    ToDoubleFunction<Double> curved = density -> Math.pow(density / 0.05, 0.3);
    for (CellKey row : List.of(ERK, new CellKey(ERK.method(), 0.01))) {
      List<Double> timed = new ArrayList<>();
      assertThat(solved(row, curved, timed).density()).isBetween(FLOOR, 0.052);
      assertThat(timed).filteredOn(density -> density != row.density()).allMatch(d -> d >= FLOOR);
    }
    // Two guesses on one step of a stair have no line.
    ToDoubleFunction<Double> stair = density -> density < 0.0502 ? 1 : 1.5;
    assertThat(solved(ERK, stair, new ArrayList<>()).density()).isBetween(FLOOR, 0.0502);
  }

  /** Kind: where nothing is between what is refused and what takes too long, it is said so. */
  @Test
  void aDensityThatIsNotThereIsRefusedByItsMethod() {
    List<Double> timed = new ArrayList<>();
    assertThatThrownBy(() -> solved(ERK, density -> 2, timed))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("compare.equal = step-seconds: no density of random-erk was found")
        .hasMessageContaining("; leave it out: density 0.0")
        .hasMessageEndingWith(" cannot be met");
    assertThat(timed).hasSizeLessThanOrEqualTo(2 * StepBudget.MOST_MEASUREMENTS);
    assertThatThrownBy(
            () ->
                new StepBudget(
                        subjects -> {
                          subjects.forEach(
                              one ->
                                  one.made(
                                      experiment -> {
                                        throw new BadInputException(
                                            "none at " + experiment.density());
                                      }));
                          throw new AssertionError("Timed");
                        },
                        (key, density) -> TINY.withMethod(key.method()).withDensity(density))
                    .solve(List.of(ERK)))
        .hasMessage("none at 0.1");
  }

  private static SolvedStep step(double own, double ssc, double spread) {
    return new SolvedStep(
        0.1,
        new StepTime(ERK, own, own - spread, own + spread),
        new StepTime(new CellKey(Method.SSC, 0.1), ssc, ssc - spread, ssc + spread));
  }

  @Test
  void stepsAreEqualWithinTheirSpreadButWithinOneAndFivePercent() {
    assertThat(step(1.02, 1, 0.011).isEqual()).isTrue();
    assertThat(step(1.02, 1, 0.009).isEqual()).isFalse();
    assertThat(step(1.009, 1, 0).isEqual()).isTrue();
    assertThat(step(0.94, 1, 0.5).isEqual()).isFalse();
  }

  @Test
  void aPlanKeepsWhatWasFoundAndAnotherSearchDoesNotGoWithIt() {
    ImageSet images =
        new ImageSet("gratings", 60, "00", new FeatureShape(3, 8, 8), List.of("a", "b", "c"));
    ComparisonPlan plan =
        ComparisonPlan.of(
            TINY,
            new ComparisonSettings(
                List.of(Method.DENSE, Method.SSC, ERK.method()),
                Map.of(),
                List.of(0.5),
                Equal.STEP_SECONDS,
                Optional.empty(),
                List.of(1L, 2L),
                RunMode.IN_TASK),
            2,
            images,
            images);
    ComparisonPlan solved = plan.timed(Optional.empty(), clock(4));
    assertThat(solved.trials().stream().map(Trial::alias))
        .containsExactly(
            "dense-s1",
            "dense-s2",
            "ssc-0.5-s1",
            "ssc-0.5-s2",
            "random-erk-0.5-equal-step-seconds-s1",
            "random-erk-0.5-equal-step-seconds-s2");
    double density = solved.trials().get(4).experiment().density();
    assertThat(density).isBetween(0.24, 0.26);
    assertThat(solved.trials().get(2).experiment().density()).isEqualTo(0.5);
    ComparisonPlan read = ComparisonPlanFormat.read(ComparisonPlanFormat.text(solved), "here");
    assertThat(read).isEqualTo(solved);
    assertThat(plan.timed(read.stepTimes(), FixedStepClock.NEVER)).isEqualTo(solved);
    assertThat(PlanDifference.between(solved, solved)).isEmpty();
    StepClock slower =
        quiet(one -> one.key().isSsc() ? 3 : 1 + 4 * one.experiment().density(), new ArrayList<>());
    assertThat(
            PlanDifference.between(
                solved,
                ComparisonPlan.of(
                        TINY,
                        new ComparisonSettings(
                            List.of(new Method("random-uniform")),
                            Map.of(),
                            List.of(0.5),
                            Equal.STEP_SECONDS,
                            Optional.empty(),
                            List.of(1L),
                            RunMode.IN_TASK),
                        2,
                        images,
                        images)
                    .timed(Optional.empty(), slower)))
        .contains("a step of ssc-0.5 was timed as 2.0 s and is now 3.0 s");
    assertThat(PlanDifference.between(solved, plan.timed(Optional.empty(), clock(8))).orElseThrow())
        .startsWith("the density of random-erk-0.5 was found as 0.25");
    assertThatThrownBy(
            () ->
                new ComparisonSettings(
                    List.of(Method.SSC, new Method("rigl")),
                    Map.of(),
                    List.of(0.5),
                    Equal.STEP_SECONDS,
                    Optional.empty(),
                    List.of(1L),
                    RunMode.IN_TASK))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("does not go with rigl");
  }

  /** Kind: methods whose densities were found by other steps of SSC are no one comparison. */
  @Test
  void searchesOfOtherMethodsAreMergedIfTheyShareAStepOfSsc() {
    CellKey uniform = new CellKey(new Method("random-uniform"), 0.1);
    TimedSteps erk = found(ERK, 1);
    assertThat(erk.timedApart(found(uniform, 1.5), false))
        .contains("a step of ssc-0.1 was timed as 1.0 s and is now 1.5 s");
    assertThat(erk.timedApart(found(uniform, 1), false)).isEmpty();
    assertThat(erk.timedApart(found(ERK_AT_5, 1.5), false)).isEmpty();
    // What one of them had added later shares what it was added to.
    assertThat(erk.timedApart(erk.plus(found(uniform, 1.5)), false)).isEmpty();
    assertThat(erk.plus(found(uniform, 1.5)).timedApart(erk, false)).isEmpty();
  }

  private static TimedSteps found(CellKey row, double ssc) {
    return new TimedSteps(
        "a processor",
        "lane",
        List.of(),
        List.of(
            new SolvedStep(
                row.density(),
                new StepTime(row, ssc, ssc, ssc),
                new StepTime(new CellKey(Method.SSC, row.density()), ssc, ssc, ssc))));
  }

  /** Kind: a variant's name is given to other settings, and has another density. */
  @Test
  void aVariantOfOtherSettingsIsSolvedForAnew() {
    StepClock clock =
        quiet(
            one ->
                one.key().isSsc()
                    ? 2
                    : 1 + (one.experiment().ssc().offsets() ? 2 : 4) * one.experiment().density(),
            new ArrayList<>());
    ComparisonPlan first =
        EqualTimeTest.beside(Equal.STEP_SECONDS, EqualTimeTest.variant("offsets", "false"))
            .timed(Optional.empty(), clock);
    assertThat(first.trials().get(1).experiment().density()).isBetween(0.24, 0.26);
    ComparisonPlan held = ComparisonPlanFormat.read(ComparisonPlanFormat.text(first), "here");
    assertThat(held).isEqualTo(first);
    ComparisonPlan second =
        EqualTimeTest.beside(Equal.STEP_SECONDS, EqualTimeTest.variant("profile", "erk"))
            .timed(held.stepTimes(), clock);
    assertThat(second.trials().get(1).experiment().density()).isBetween(0.49, 0.51);
  }

  /** Kind: a plan whose times have lost a part, whatever it is, is called damaged. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/processor",
        "/engine",
        "/rows",
        "/rows/0/method",
        "/rows/0/density",
        "/rows/0/seconds",
        "/rows/0/lowerQuartile",
        "/solved/0/found",
        "/solved/0/upperQuartile",
        "/solved/0/ssc",
        "/solved/0/ssc/seconds"
      })
  void timesThatHaveLostAPartAreDamaged(String lost) {
    ComparisonPlan plan = EqualTimeTest.beside(Equal.STEP_SECONDS, Map.of());
    TimedSteps times =
        new TimedSteps("a processor", "lane", List.of(step(1, 1, 0).ssc()), List.of(step(1, 1, 0)));
    ObjectNode json =
        (ObjectNode)
            MetricsJson.read(ComparisonPlanFormat.text(plan.timed(Optional.of(times), clock(4))));
    int last = lost.lastIndexOf('/');
    String key = lost.substring(last + 1);
    ((ObjectNode) json.at("/stepTimes" + lost.substring(0, last))).remove(key);
    assertThatThrownBy(() -> ComparisonPlanFormat.read(json.toString(), "here"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "here is no plan of a comparison: in stepTimes, it has no %s; restore it, or choose"
                    .formatted(key)
                + " another folder");
  }

  /** Kind: a plan whose times have a part that is something else is called damaged. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          settings | null                   | settings is null, no section
          settings | "erk"                  | settings is "erk", no section
          settings | {"profile": "nothing"} | nothing
          method   | "unknown"              | unknown
          seconds  | "long"                 | seconds is "long", no number
          """)
  void timesOfAnotherKindAreDamaged(String key, String other, String complaint) {
    ComparisonPlan plan =
        EqualTimeTest.beside(Equal.STEP_SECONDS, EqualTimeTest.variant("profile", "erk"))
            .timed(Optional.empty(), clock(4));
    ObjectNode json = (ObjectNode) MetricsJson.read(ComparisonPlanFormat.text(plan));
    for (JsonNode row : json.at("/stepTimes/solved")) {
      if (row.has("settings")) {
        ((ObjectNode) row).set(key, MetricsJson.read(other));
      }
    }
    assertThatThrownBy(() -> ComparisonPlanFormat.read(json.toString(), "here"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("here is no plan of a comparison: in stepTimes, ")
        .hasMessageContaining(complaint);
  }

  /** What was found is another column; what was asked for joins trials to the rows of the table. */
  @Test
  void trialsAreToldByTheDensityThatWasAskedFor() throws IOException {
    ImageSet images =
        new ImageSet("gratings", 60, "00", new FeatureShape(3, 8, 8), List.of("a", "b", "c"));
    ComparisonPlan solved =
        ComparisonPlan.of(
                TINY,
                new ComparisonSettings(
                    List.of(Method.SSC, ERK.method()),
                    Map.of(),
                    List.of(0.5),
                    Equal.STEP_SECONDS,
                    Optional.empty(),
                    List.of(1L),
                    RunMode.IN_TASK),
                2,
                images,
                images)
            .timed(Optional.empty(), clock(4));
    Comparison comparison = Comparison.of(solved, TrialResult::waiting);
    assertThat(TrialFields.RESULTS.csv(comparison.rows())).contains(",random-erk,0.5,1,waiting,");
    assertThat(TrialFields.TIMES.csv(comparison.rows())).contains(",random-erk,0.5,1,");
    assertThat(comparison.json().path("trials"))
        .allSatisfy(one -> assertThat(one.path("askedDensity").asDouble()).isEqualTo(0.5));
  }

  private static StepClock clock(double slope) {
    return quiet(
        one -> one.key().isSsc() ? 2 : 1 + slope * one.experiment().density(), new ArrayList<>());
  }
}
