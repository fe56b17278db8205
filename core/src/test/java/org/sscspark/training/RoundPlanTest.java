package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.data.EpochOrder;

class RoundPlanTest {
  @Property
  void everyExampleAndEveryIterationIsUsedOnce(
      @ForAll @IntRange(min = 1, max = 3000) int examples,
      @ForAll @IntRange(min = 1, max = 9) int workers,
      @ForAll @IntRange(min = 1, max = 130) int batch,
      @ForAll @IntRange(min = 1, max = 12) int frequency,
      @ForAll @IntRange(min = 0, max = 2) int kind) {
    Assume.that(examples >= workers);
    RoundPlan constant = new RoundPlan(examples, workers, batch, frequency);
    RoundPlan plan = constant.with(period(kind, frequency, constant.stepsPerEpoch()));
    EpochOrder order = EpochOrder.of(TinyTask.dataset(examples).manifest(), 1, 0, workers);
    long total = 0;
    long[] steps = new long[workers];
    for (int worker = 0; worker < workers; worker++) {
      assertThat(plan.share(worker)).isEqualTo(order.examples(worker));
      assertThat(plan.workerSteps(worker)).isEqualTo(order.batches(worker, batch));
      total += plan.share(worker);
    }
    assertThat(total).isEqualTo(examples);
    TrainingProgress progress = TrainingProgress.START;
    while (progress.epoch() < 3) {
      int epoch = progress.epoch();
      int rounds = 0;
      Arrays.fill(steps, 0);
      while (progress.epoch() == epoch) {
        assertThat(progress.round()).isEqualTo(rounds++);
        assertThat(plan.firstStep(progress)).isLessThan(plan.stepsPerEpoch());
        assertThat(plan.steps(progress)).isBetween(1, plan.period().at(progress.iteration()));
        for (int worker = 0; worker < workers; worker++) {
          assertThat(plan.steps(progress, worker)).isBetween(0, plan.steps(progress));
          steps[worker] += plan.steps(progress, worker);
        }
        progress = progress.afterRound(plan, 0);
      }
      assertThat(plan.rounds(epoch)).isEqualTo(rounds);
      assertThat(progress.iteration()).isEqualTo((epoch + 1) * plan.stepsPerEpoch());
      for (int worker = 0; worker < workers; worker++) {
        assertThat(steps[worker]).isEqualTo(plan.workerSteps(worker));
      }
    }
  }

  private static AveragingPeriod period(int kind, int frequency, long stepsPerEpoch) {
    return switch (kind) {
      case 0 -> new AveragingPeriod.Constant(frequency);
      case 1 -> new AveragingPeriod.PostLocal(frequency, stepsPerEpoch + stepsPerEpoch / 2);
      default -> new AveragingPeriod.Quadratic(frequency, 0.1, rate(stepsPerEpoch));
    };
  }

  private static LearningRate rate(long stepsPerEpoch) {
    return new LearningRate(
        0.1,
        new ScheduleSettings(ScheduleSettings.Kind.STEP, List.of(1.0, 2.0), 0.5, 0.5),
        3,
        stepsPerEpoch);
  }

  @Test
  void postLocalAveragesEveryStepBeforeItsStart() {
    AveragingPeriod period = new AveragingPeriod.PostLocal(7, 100);
    assertThat(period.at(0)).isEqualTo(1);
    assertThat(period.at(99)).isEqualTo(1);
    assertThat(period.at(100)).isEqualTo(7);
  }

  /** The paper's formula by hand: alpha 0.25 over rates 0.1, 0.05 and 0.025. */
  @Test
  void theQuadraticRuleFollowsTheRateBehindTheWarmUp() {
    AveragingPeriod period = new AveragingPeriod.Quadratic(2, 0.25, rate(40));
    assertThat(period.at(0)).isEqualTo(6);
    assertThat(period.at(39)).isEqualTo(6);
    assertThat(period.at(40)).isEqualTo(25);
    assertThat(period.at(80)).isEqualTo(100);
    assertThat(new AveragingPeriod.Quadratic(11, 0.25, rate(40)).at(0)).isEqualTo(11);
  }

  @Test
  void aShorterShareMayEndOneStepEarly() {
    RoundPlan plan = new RoundPlan(17, 2, 8, 3);
    assertThat(plan.share(0)).isEqualTo(8);
    assertThat(plan.share(1)).isEqualTo(9);
    assertThat(plan.stepsPerEpoch()).isEqualTo(2);
    assertThat(plan.steps(TrainingProgress.START, 0)).isEqualTo(1);
    assertThat(plan.steps(TrainingProgress.START, 1)).isEqualTo(2);
  }

  @Test
  void rejectsMoreWorkersThanExamples() {
    assertThatThrownBy(() -> new RoundPlan(3, 4, 8, 1))
        .hasMessage(
            "The data set has 3 training examples for 4 workers: use no more workers than"
                + " examples");
  }
}
