package org.sscspark.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sscspark.data.Normalization;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.train.Experiments;

class PredictorTest {
  private static final NetworkSpec NETWORK =
      Experiments.tiny("averaging.workers=1").design().dense(new FeatureShape(3, 8, 8), 3);

  private static Prediction answer(float[] parameters) {
    PredictorPlan plan =
        new PredictorPlan(
            NETWORK,
            Normalization.unit(3),
            EngineSettings.named("lane"),
            /* threads= */ 1,
            /* pixels= */ true,
            ReadLimits.standard());
    RawRecord image = new RawRecord("", "an image", new byte[3 * 8 * 8], "");
    try (Predictor predictor = plan.predictor(parameters)) {
      return predictor.answers(List.of(image).iterator(), one -> one).next().answer();
    }
  }

  /** Kind: parameters of a run that has diverged. The first class would be as good as any. */
  @Test
  void logitsThatAreNoNumbersAreNoAnswer() {
    float[] parameters = Initialization.parameters(NETWORK, FanIn.DENSE, 1);
    assertThat(answer(parameters).isAnswer()).isTrue();
    Arrays.fill(parameters, Float.NaN);
    Prediction diverged = answer(parameters);
    assertThat(diverged.isAnswer()).isFalse();
    assertThat(diverged.problem())
        .isEqualTo("has no answer (the network's logits are not all finite numbers)");
    assertThat(new PredictionTable(List.of("a", "b", "c"), 1).row("image", diverged).get(1))
        .isNull();
  }
}
