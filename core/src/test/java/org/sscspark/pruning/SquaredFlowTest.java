package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.pruning.method.SynFlow;
import org.sscspark.pruning.method.SynFlowL2;

class SquaredFlowTest {
  /** In a chain of matrices, R is the sum of all entries of the product of their squares. */
  @Property(tries = 20)
  void scoresOfAChainAreItsPathsThroughAWeight(
      @ForAll @IntRange(min = 1, max = 6) int inputs,
      @ForAll @IntRange(min = 1, max = 6) int hidden,
      @ForAll @IntRange(min = 1, max = 6) int classes,
      @ForAll @IntRange(min = 1, max = 1000) int seed) {
    NetworkSpec network = chain(inputs, hidden, classes);
    float[] parameters = Initialization.parameters(network, FanIn.DENSE, seed);
    double[] w = weights(network, parameters);

    double[] scores =
        SynFlowL2.score(SynapticFlow.of(network, parameters))
            .score(parameters, WeightMask.all(network), 0);

    for (int j = 0; j < hidden; j++) {
      double in = 0;
      for (int i = 0; i < inputs; i++) {
        in += w[j * inputs + i] * w[j * inputs + i];
      }
      double out = 0;
      for (int k = 0; k < classes; k++) {
        double weight = w[hidden * inputs + k * hidden + j];
        out += weight * weight;
        assertThat(scores[hidden * inputs + k * hidden + j])
            .isCloseTo(weight * weight * in, within(1e-9));
      }
      for (int i = 0; i < inputs; i++) {
        double weight = w[j * inputs + i];
        assertThat(scores[j * inputs + i]).isCloseTo(weight * weight * out, within(1e-9));
      }
    }
  }

  @Test
  void hundredStepsKeepMoreFiltersThanSynFlowAndEmptyNoLayer() {
    NetworkSpec vgg = ModelZoo.named("vgg11", new FeatureShape(3, 32, 32), 10, 0.125);
    float[] parameters = Initialization.parameters(vgg, FanIn.DENSE, 3);
    SynapticFlow flow = SynapticFlow.of(vgg, parameters);
    WeightMask squared = pruned(SynFlowL2.score(flow), vgg, parameters);
    WeightMask plain = pruned(SynFlow.score(flow), vgg, parameters);
    assertThat(squared.count()).isEqualTo(DensityAllocator.keptOf(squared.size(), 0.02));
    for (int layer = 0; layer < squared.layers(); layer++) {
      assertThat(squared.count(layer)).as(squared.layer(layer).name()).isPositive();
    }
    assertThat(deadFilters(squared)).isLessThan(deadFilters(plain));
  }

  private static WeightMask pruned(Scorer scorer, NetworkSpec network, float[] parameters) {
    return new Pruner(scorer, new Schedule.Exponential(100), new LayerBudget.Global())
        .prune(network, parameters, 0.02);
  }

  private static int deadFilters(WeightMask kept) {
    int dead = 0;
    for (int layer = 0; layer < kept.layers(); layer++) {
      dead += kept.deadFilters(layer);
    }
    return dead;
  }

  static NetworkSpec chain(int... widths) {
    List<Op> ops = new ArrayList<>();
    String at = NetworkSpec.INPUT;
    for (int layer = 1; layer < widths.length; layer++) {
      String name = "layer" + layer;
      WeightShape shape = new WeightShape(widths[layer], widths[layer - 1], 1, 1);
      ops.add(new Op.FullyConnected(name, at, Support.dense(shape), false));
      at = name;
    }
    return new NetworkSpec("chain", new FeatureShape(widths[0], 1, 1), ops);
  }

  static double[] weights(NetworkSpec network, float[] parameters) {
    double[] weights = new double[ParameterLayout.of(network).weightCount()];
    Arrays.setAll(weights, i -> parameters[i]);
    return weights;
  }
}
