package org.sscspark.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

class HamTest {
  /** Three inputs, two outputs, with bias. */
  private static final ParameterLayout LAYER =
      ParameterLayout.of(
          new NetworkSpec(
              "layer",
              new FeatureShape(3, 1, 1),
              List.of(
                  new Op.FullyConnected(
                      "head",
                      NetworkSpec.INPUT,
                      Support.dense(new WeightShape(2, 3, 1, 1)),
                      true))));

  /**
   * Two steps of Nesterov's momentum 0.9 with decay 0.01 of all parameters and a rate of 0.1, each
   * followed by HAM. Expected is what PyTorch's SGD and the authors' wrapper of it give, in double
   * precision. One exponent is cut.
   */
  @Test
  void isWhatTheAuthorsProgramDoesAroundNesterovsMomentum() {
    float[] parameters = {0.5f, -0.25f, 0.01f, -0.02f, 1.5f, -0.75f, 0.3f, -0.1f};
    float[][] gradients = {
      {0.02f, 0.01f, 0.05f, -0.04f, -0.005f, 0.5f, 0.2f, -0.6f},
      {-0.01f, 0.05f, 0.02f, -0.01f, 0.07f, -0.03f, -0.1f, 0.4f}
    };
    double[][] expected = {
      {
        0.331942806859,
        -0.307060480887,
        0.000176932317087,
        -0.00555404922172,
        1.65549099499,
        -125.19763069,
        0.26143,
        0.01419
      },
      {
        0.404472407107,
        -0.860480020551,
        -0.0114583112765,
        -0.000317059870627,
        0.403943519464,
        -68.5912734642,
        0.263490283,
        -0.013155961
      }
    };
    Nesterov nesterov = new Nesterov(0.9, 0.01, 0.01);
    float[] state = new float[nesterov.stateSize(LAYER)];
    for (int step = 0; step < 2; step++) {
      nesterov.step(parameters, gradients[step].clone(), state, LAYER, 0.1, step);
      new Ham().modify(parameters, gradients[step], LAYER, 0.1);
      for (int i = 0; i < parameters.length; i++) {
        assertThat((double) parameters[i])
            .as("step %d, parameter %d", step, i)
            .isCloseTo(expected[step][i], within(2e-5 * Math.abs(expected[step][i])));
      }
    }
  }

  /** Without gradients, weights shrink by exp(-beta) for each unit of the rate, and only they. */
  @Test
  void withoutGradientsWeightsDecay() {
    for (Kind kind : Kind.values()) {
      RandomNetworks random = new RandomNetworks(kind.ordinal());
      ParameterLayout layout = ParameterLayout.of(random.network(kind));
      float[] parameters = random.gaussians(layout.size());
      float[] before = parameters.clone();
      for (int step = 0; step < 50; step++) {
        new Ham(200, 0.5).modify(parameters, new float[layout.size()], layout, 0.02);
      }
      for (int i = 0; i < before.length; i++) {
        double expected = i < layout.weightCount() ? before[i] * Math.exp(-0.5) : before[i];
        assertThat((double) parameters[i]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void signsStayAndZeroStaysZero() {
    float[] parameters = {0, -1, 1, 1e-30f, -1e30f, 2, 5, 5};
    float[] gradients = {9, 9, 9, 9, 9, -9, 9, 9};
    new Ham(1e6, 0).modify(parameters, gradients, LAYER, 1);
    double most = Math.exp(5);
    assertThat(parameters)
        .containsExactly(
            0,
            (float) -most,
            (float) (1 / most),
            (float) (1e-30f / most),
            (float) (-1e30f * most),
            (float) (2 * most),
            5,
            5);
  }
}
