package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EmaTest {
  /** A round of n steps whose parameters do not move is n averages of one step. */
  @Test
  void aRoundOfManyStepsIsAsManyAveragesOfOne() {
    Ema ema = new Ema(0.9);
    float[] before = {1, -2, 0};
    float[] parameters = {3, 5, -7};
    double[] expected = {1, -2, 0};
    for (int step = 0; step < 5; step++) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] = 0.9 * expected[i] + 0.1 * parameters[i];
      }
    }
    float[] after = ema.after(before, parameters, 5);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) after[i]).isCloseTo(expected[i], within(1e-6));
    }
    assertThat(before).containsExactly(1, -2, 0);
  }

  @Test
  void aStateAveragesFromItsFirstParametersOn() {
    RoundPlan plan = new RoundPlan(12, 1, 2, 2);
    TrainingState start = TrainingState.initial(new float[] {8}, 0, 1);
    TrainingState first = after(start, plan, 4, new Ema(0.5));
    assertThat(first.average()).containsExactly(0.25f * 8 + 0.75f * 4);
    assertThat(after(first, plan, 1, new Ema(0.5)).average()).containsExactly(0.25f * 5 + 0.75f);
    assertThat(after(start, plan, 4, Ema.NONE).average()).isEmpty();
  }

  /** Kind: the last round of an epoch, counted as long as the others. */
  @Test
  void aStateAveragesOverTheStepsThatARoundHas() {
    RoundPlan plan = new RoundPlan(14, 1, 2, 2);
    TrainingState state = TrainingState.initial(new float[] {8}, 0, 1);
    double expected = 8;
    for (int steps : new int[] {2, 2, 2, 1, 2, 2, 2, 1}) {
      float parameter = state.progress().globalRound() % 3;
      state = after(state, plan, parameter, new Ema(0.5));
      double kept = steps == 2 ? 0.25 : 0.5;
      expected = kept * expected + (1 - kept) * parameter;
      assertThat((double) state.average()[0]).isCloseTo(expected, within(1e-6));
    }
    assertThat(state.progress().epoch()).isEqualTo(2);
  }

  private static TrainingState after(
      TrainingState state, RoundPlan plan, float parameter, Ema ema) {
    return state.afterRound(
        plan, Tally.NONE, new float[] {parameter}, new float[0], new float[0], ema);
  }

  @Test
  void refusesDecaysThatAreNone() {
    assertThatThrownBy(() -> new Ema(1))
        .hasMessage("decay is 1.0: it must be at least 0 and below 1");
  }
}
