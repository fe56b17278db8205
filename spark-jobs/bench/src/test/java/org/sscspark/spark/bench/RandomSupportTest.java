package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.SupportLayout;

class RandomSupportTest {
  @ParameterizedTest
  @EnumSource(names = {"UNIFORM", "ERK"})
  void keepsTheDensityAndTheEndsOfTheNetwork(DensityProfile profile) {
    NetworkSpec dense = ModelZoo.named("resnet20", new FeatureShape(3, 32, 32), 10, 1);
    NetworkSpec sparse = RandomSupport.network(dense, profile, 0.1);

    double density =
        (double) ParameterLayout.of(sparse).weightCount() / ParameterLayout.of(dense).weightCount();
    assertThat(density).isCloseTo(0.1, within(0.001));
    List<Op.Weighted> layers = sparse.weighted();
    assertThat(density(layers.get(0))).isEqualTo(1);
    assertThat(density(layers.get(layers.size() - 1))).isEqualTo(1);
    double small = density(layers.get(1));
    double large = density(layers.get(layers.size() - 2));
    if (profile == DensityProfile.ERK) {
      assertThat(small).isGreaterThan(2 * large);
    } else {
      assertThat(small).isCloseTo(large, within(0.001));
    }
  }

  private static double density(Op.Weighted layer) {
    return SupportLayout.of(layer.support()).density();
  }
}
