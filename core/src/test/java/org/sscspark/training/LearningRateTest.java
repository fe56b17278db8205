package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.sscspark.training.ScheduleSettings.Kind;

class LearningRateTest {
  private static double[] rates(LearningRate rate, long... iterations) {
    double[] rates = new double[iterations.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = rate.at(iterations[i]);
    }
    return rates;
  }

  @Test
  void constantNeverMoves() {
    LearningRate rate = new LearningRate(0.1, ScheduleSettings.constant(), 3, 10);
    assertThat(rates(rate, 0, 1, 29, 1000)).containsExactly(0.1, 0.1, 0.1, 0.1);
  }

  @Test
  void stepDropsAtTheFirstIterationOfEachMilestone() {
    ScheduleSettings schedule = new ScheduleSettings(Kind.STEP, List.of(2.0, 3.5), 0.1, 0);
    LearningRate rate = new LearningRate(0.5, schedule, 5, 10);
    assertThat(rates(rate, 0, 19, 20, 34, 35, 49))
        .containsExactly(new double[] {0.5, 0.5, 0.05, 0.05, 0.005, 0.005}, within(1e-17));
  }

  @Test
  void cosineFollowsTheTableOfItsFormula() {
    ScheduleSettings schedule = new ScheduleSettings(Kind.COSINE, List.of(), 0.1, 0);
    LearningRate rate = new LearningRate(1, schedule, 4, 3);
    // cos of 0, 30, 60, 90, 120, 150, 180 degrees.
    assertThat(rates(rate, 0, 2, 4, 6, 8, 10, 12))
        .containsExactly(
            new double[] {
              1, (1 + Math.sqrt(3) / 2) / 2, 0.75, 0.5, 0.25, (1 - Math.sqrt(3) / 2) / 2, 0
            },
            within(1e-15));
  }

  @Test
  void warmsUpLinearlyAndThenRunsTheWholeCosine() {
    ScheduleSettings schedule = new ScheduleSettings(Kind.COSINE, List.of(), 0.1, 1);
    LearningRate rate = new LearningRate(0.8, schedule, 3, 4);
    assertThat(rates(rate, 0, 1, 2, 3, 4, 8, 12))
        .containsExactly(new double[] {0.2, 0.4, 0.6, 0.8, 0.8, 0.4, 0}, within(1e-15));
  }

  @Test
  void warmUpOfAFractionOfAnEpochEndsBetweenIterations() {
    ScheduleSettings schedule = new ScheduleSettings(Kind.CONSTANT, List.of(), 0.1, 0.25);
    LearningRate rate = new LearningRate(1, schedule, 1, 10);
    assertThat(rates(rate, 0, 1, 2, 3))
        .containsExactly(new double[] {0.4, 0.8, 1, 1}, within(1e-15));
  }

  @Test
  void milestonesCountTheWarmUp() {
    ScheduleSettings schedule = new ScheduleSettings(Kind.STEP, List.of(2.0), 0.5, 1);
    LearningRate rate = new LearningRate(1, schedule, 3, 2);
    assertThat(rates(rate, 0, 1, 2, 3, 4, 5))
        .containsExactly(new double[] {0.5, 1, 1, 1, 0.5, 0.5}, within(1e-15));
  }

  @Property
  void isNeverNegativeNorAboveItsBase(
      @ForAll Kind kind,
      @ForAll @DoubleRange(min = 0.01, max = 10) double base,
      @ForAll @DoubleRange(max = 0.99) double warmup,
      @ForAll @IntRange(min = 1, max = 200) int epochs,
      @ForAll @LongRange(min = 1, max = 5000) long perEpoch,
      @ForAll @LongRange(max = 2_000_000) long iteration) {
    ScheduleSettings schedule = new ScheduleSettings(kind, List.of(1.0, 50.0), 0.1, warmup);
    double rate = new LearningRate(base, schedule, epochs, perEpoch).at(iteration);
    assertThat(rate).isBetween(0.0, base);
  }

  @Test
  void rejectsMilestonesThatDoNotRise() {
    assertThatThrownBy(() -> new ScheduleSettings(Kind.STEP, List.of(80.0, 80.0), 0.1, 0))
        .hasMessage("milestones is [80.0, 80.0]: epochs must be positive and rise");
  }

  @Test
  void rejectsAStepScheduleWithoutMilestones() {
    assertThatThrownBy(() -> new ScheduleSettings(Kind.STEP, List.of(), 0.1, 0))
        .hasMessage(
            "milestones is empty: a step schedule needs at least one epoch, as in [80, 120]");
  }
}
