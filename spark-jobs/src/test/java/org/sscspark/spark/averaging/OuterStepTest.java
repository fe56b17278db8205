package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OuterStepTest {

  @Test
  void theMeanIsTakenAsItIs() {
    OuterStep step = new OuterStep.Mean();
    float[] mean = {3, 4};
    assertThat(step.stateLength(2)).isZero();
    assertThat(step.apply(new float[] {1, 2}, mean, 2, new float[0])).containsExactly(3, 4);
  }

  @Test
  void nesterovFollowsTheFormulaOverTwoRounds() {
    OuterStep step = new OuterStep.Nesterov(0.5, 2);
    float[] state = new float[step.stateLength(1)];
    // d = 1, v = 1, x = 0 + 2 (0.5 * 1 + 1) = 3
    float[] first = step.apply(new float[] {0}, new float[] {1}, 1, state);
    assertThat(first).containsExactly(3);
    assertThat(state).containsExactly(1);
    // d = -1, v = 0.5 - 1 = -0.5, x = 3 + 2 (0.5 * -0.5 - 1) = 0.5
    float[] second = step.apply(first, new float[] {2}, 1, state);
    assertThat(second).containsExactly(0.5f);
    assertThat(state).containsExactly(-0.5f);
  }

  @Test
  void runningStatisticsTakeTheMeanAndHaveNoState() {
    OuterStep step = new OuterStep.Nesterov(0.9, 1);
    float[] state = new float[step.stateLength(1)];
    float[] next = step.apply(new float[] {0, 100}, new float[] {1, 200}, 1, state);
    assertThat(next[1]).isEqualTo(200);
    assertThat(state).hasSize(1);
  }

  @Test
  void withoutMomentumAndAtRateOneItIsTheMean() {
    OuterStep step = new OuterStep.Nesterov(0, 1);
    float[] next = step.apply(new float[] {0.1f}, new float[] {0.7f}, 1, new float[1]);
    assertThat(next).containsExactly(0.7f);
  }

  @Test
  void rejectsSettingsOutOfRange() {
    assertThatThrownBy(() -> new OuterStep.Nesterov(1, 1))
        .hasMessage("outer.momentum must be in [0, 1), was 1.0");
    assertThatThrownBy(() -> new OuterStep.Nesterov(0, 0))
        .hasMessage("outer.learning-rate must be positive, was 0.0");
  }
}
