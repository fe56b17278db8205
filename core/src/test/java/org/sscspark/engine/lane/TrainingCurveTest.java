package org.sscspark.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sscspark.engine.Engine;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.TrainingCurveContract;

class TrainingCurveTest extends TrainingCurveContract {
  @Override
  protected Engine engine() {
    return new LaneEngine(2);
  }

  /**
   * Kind: a rounding that one step hides and a hundred add up. Measured: 5 % of the loss at most.
   */
  @Test
  void halvedFeaturesLearnByTheSameCurveButForRounding() {
    double[] exact = losses(new LaneEngine(1, FeatureStorage.FLOAT32));
    double[] halved = losses(new LaneEngine(1, FeatureStorage.BFLOAT16));

    assertThat(halved).isNotEqualTo(exact);
    for (int step = 0; step < exact.length; step++) {
      double difference = Math.abs(halved[step] - exact[step]) / exact[step];
      assertThat(difference).as("step %d", step).isLessThan(0.1);
    }
  }
}
