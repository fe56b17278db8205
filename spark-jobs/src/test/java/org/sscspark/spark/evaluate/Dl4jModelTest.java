package org.sscspark.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.sscspark.optimizer.Adam;
import org.sscspark.optimizer.Nesterov;
import org.sscspark.optimizer.Sgd;

class Dl4jModelTest {
  /** Kind: a setting that is left out or in another's place, unseen where it is the default. */
  @Test
  void updatersHaveTheOptimizersSettings() {
    assertThat(Dl4jModel.updater(new Adam(0.7, 0.95, 1e-2, 0, 0), 0.3))
        .isEqualTo(new org.nd4j.linalg.learning.config.Adam(0.3, 0.7, 0.95, 1e-2));
    assertThat(Dl4jModel.updater(new Nesterov(0.7, 0, 0), 0.3)).isEqualTo(new Nesterovs(0.3, 0.7));
    assertThat(Dl4jModel.updater(new Sgd(0, 0), 0.3))
        .isEqualTo(new org.nd4j.linalg.learning.config.Sgd(0.3));
  }
}
