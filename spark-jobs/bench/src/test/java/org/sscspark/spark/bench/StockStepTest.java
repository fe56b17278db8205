package org.sscspark.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

class StockStepTest {
  @Test
  void dl4jBuildsTheSameNetworkAndLearns() {
    for (String model : new String[] {"resnet20", "vgg11"}) {
      NetworkSpec network = ModelZoo.named(model, new FeatureShape(3, 32, 32), 3, 0.125);
      StockStep step = new StockStep(network, 3, 1);
      assertThat(step.parameters()).as(model).isEqualTo(ParameterLayout.of(network).size());
      step.run();
      double first = step.loss();
      for (int i = 0; i < 3; i++) {
        step.run();
      }
      assertThat(step.loss()).as(model).isLessThan(first);
    }
  }
}
