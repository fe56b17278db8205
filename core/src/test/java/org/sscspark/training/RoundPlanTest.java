package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
      @ForAll @IntRange(min = 1, max = 12) int frequency) {
    Assume.that(examples >= workers);
    RoundPlan plan = new RoundPlan(examples, workers, batch, frequency);
    EpochOrder order = EpochOrder.of(TinyTask.dataset(examples).manifest(), 1, 0, workers);
    long total = 0;
    for (int worker = 0; worker < workers; worker++) {
      assertThat(plan.share(worker)).isEqualTo(order.examples(worker));
      assertThat(plan.workerSteps(worker)).isEqualTo(order.batches(worker, batch));
      total += plan.share(worker);
      long steps = 0;
      for (int round = 0; round < plan.roundsPerEpoch(); round++) {
        assertThat(plan.steps(round, worker)).isBetween(0, plan.steps(round));
        steps += plan.steps(round, worker);
      }
      assertThat(steps).isEqualTo(plan.workerSteps(worker));
    }
    assertThat(total).isEqualTo(examples);
    long iteration = 2 * plan.stepsPerEpoch();
    for (int round = 0; round < plan.roundsPerEpoch(); round++) {
      assertThat(plan.firstIteration(2, round)).isEqualTo(iteration);
      assertThat(plan.steps(round)).isBetween(1, frequency);
      iteration += plan.steps(round);
    }
    assertThat(iteration).isEqualTo(3 * plan.stepsPerEpoch());
  }

  @Test
  void aShorterShareMayEndOneStepEarly() {
    RoundPlan plan = new RoundPlan(17, 2, 8, 3);
    assertThat(plan.share(0)).isEqualTo(8);
    assertThat(plan.share(1)).isEqualTo(9);
    assertThat(plan.stepsPerEpoch()).isEqualTo(2);
    assertThat(plan.steps(0, 0)).isEqualTo(1);
    assertThat(plan.steps(0, 1)).isEqualTo(2);
  }

  @Test
  void rejectsMoreWorkersThanExamples() {
    assertThatThrownBy(() -> new RoundPlan(3, 4, 8, 1))
        .hasMessage(
            "The data set has 3 training examples for 4 workers: use no more workers than"
                + " examples");
  }
}
