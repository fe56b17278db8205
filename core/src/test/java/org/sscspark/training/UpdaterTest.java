package org.sscspark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.sscspark.network.ParameterLayout;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Against ND4J's updaters, and by hand. */
class UpdaterTest {
  private static final int SIZE = 1003;
  private static final int STEPS = 50;

  @Test
  void nesterovDoesWhatNd4jDoes() {
    compare(new Nesterov(0.9), new Nesterovs(0.05, 0.9));
  }

  @Test
  void nesterovWithoutMomentumDoesWhatNd4jDoes() {
    compare(new Nesterov(0), new Nesterovs(0.05, 0));
  }

  @Test
  void adamDoesWhatNd4jDoes() {
    compare(
        new Adam(0.9, 0.999, 1e-8),
        new org.nd4j.linalg.learning.config.Adam(0.05, 0.9, 0.999, 1e-8));
  }

  @Test
  void sgdDoesWhatNd4jDoes() {
    compare(new Sgd(), new org.nd4j.linalg.learning.config.Sgd(0.05));
  }

  /** ND4J fuses some multiplications and additions, so the last bit of a step may differ. */
  private static void compare(Updater updater, IUpdater nd4j) {
    RandomStream random = RandomStream.of(3, Purpose.PRUNING_SCORE);
    float[] parameters = gaussians(random, 1);
    float[] state = new float[updater.stateSize(SIZE)];
    INDArray oracle = Nd4j.createFromArray(parameters.clone());
    int stateSize = (int) nd4j.stateSize(SIZE);
    assertThat(stateSize).isEqualTo(state.length);
    INDArray oracleState = stateSize == 0 ? null : Nd4j.zeros(1, stateSize);
    GradientUpdater<?> oracleUpdater = nd4j.instantiate(oracleState, true);
    for (int step = 0; step < STEPS; step++) {
      float[] gradients = gaussians(random, 1e-2);
      INDArray update = Nd4j.createFromArray(new float[][] {gradients.clone()});
      oracleUpdater.applyUpdater(update, step, 0);
      oracle.subi(update.reshape(SIZE));
      updater.step(parameters, gradients, state, SIZE, 0.05, step);
    }
    assertThat(farthest(parameters, oracle.toFloatVector())).isLessThan(2e-6);
    if (stateSize > 0) {
      assertThat(farthest(state, oracleState.toFloatVector())).isLessThan(1e-6);
    }
  }

  private static float[] gaussians(RandomStream random, double scale) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private static double farthest(float[] left, float[] right) {
    double farthest = 0;
    for (int i = 0; i < left.length; i++) {
      farthest = Math.max(farthest, Math.abs(left[i] - right[i]));
    }
    return farthest;
  }

  @Test
  void nesterovFollowsTwoStepsWorkedByHand() {
    float[] parameters = {1};
    float[] state = {0};
    Nesterov nesterov = new Nesterov(0.5);
    // v = -0.25 * 2 = -0.5; p = 1 + 1.5 * -0.5 = 0.25
    nesterov.step(parameters, new float[] {2}, state, 1, 0.25, 0);
    assertThat(List.of(state[0], parameters[0])).containsExactly(-0.5f, 0.25f);
    // v = 0.5 * -0.5 - 0.25 * 1 = -0.5; p = 0.25 - 0.5 * -0.5 + 1.5 * -0.5 = -0.25
    nesterov.step(parameters, new float[] {1}, state, 1, 0.25, 1);
    assertThat(List.of(state[0], parameters[0])).containsExactly(-0.5f, -0.25f);
  }

  @Test
  void adamsFirstStepIsTheLearningRateWhateverTheGradient() {
    float[] parameters = {1, 1, 1};
    new Adam(0.9, 0.999, 1e-12)
        .step(parameters, new float[] {1e-3f, 5, -200}, new float[6], 3, 0.125, 0);
    assertThat(parameters[0]).isCloseTo(0.875f, within(1e-4f));
    assertThat(parameters[1]).isCloseTo(0.875f, within(1e-4f));
    assertThat(parameters[2]).isCloseTo(1.125f, within(1e-4f));
  }

  @Test
  void leavesGradientsAndStatisticsAlone() {
    for (Updater updater : List.of(new Nesterov(0.9), new Adam(0.9, 0.999, 1e-8), new Sgd())) {
      float[] parameters = {1, 2, 3};
      float[] gradients = {1, 1, 1};
      updater.step(parameters, gradients, new float[updater.stateSize(2)], 2, 0.1, 0);
      assertThat(parameters[0]).isNotEqualTo(1);
      assertThat(parameters[1]).isNotEqualTo(2);
      assertThat(parameters[2]).isEqualTo(3);
      assertThat(gradients).containsExactly(1, 1, 1);
    }
  }

  @Test
  void stateOfAdamIsAllMeansThenAllSquares() {
    float[] state = new float[4];
    new Adam(0.5, 0.75, 1e-8).step(new float[2], new float[] {2, 4}, state, 2, 0.1, 0);
    assertThat(state).containsExactly(1, 2, 1, 4);
  }

  @Test
  void penaltyHasItsOwnCoefficientForAffineParameters() {
    ParameterLayout layout = ParameterLayout.of(TinyTask.network());
    float[] parameters = new float[layout.size()];
    Arrays.fill(parameters, 2);
    float[] gradients = new float[layout.size()];
    new L2(0.5, 0.25).addGradientInPlace(gradients, parameters, layout);
    List<Float> expected = new ArrayList<>();
    for (int i = 0; i < layout.size(); i++) {
      expected.add(i < layout.weightCount() ? 1f : i < layout.trainableCount() ? 0.5f : 0f);
    }
    assertThat(gradients).containsExactly(expected.toArray(new Float[0]));
  }
}
