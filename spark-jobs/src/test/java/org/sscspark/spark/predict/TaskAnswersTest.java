package org.sscspark.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sscspark.data.Normalization;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawRecord;
import org.sscspark.engine.choice.EngineSettings;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.train.Experiments;

@ExtendWith(LocalSpark.class)
class TaskAnswersTest {
  private static final AtomicInteger MADE = new AtomicInteger();

  /** Kind: tables of few rows in many parts, as a filter leaves them. */
  @Test
  void partsWithoutItemsNeedNoPredictor(JavaSparkContext spark) {
    NetworkSpec network =
        Experiments.tiny("averaging.workers=1").design().dense(new FeatureShape(3, 8, 8), 3);
    PredictorPlan plan =
        new PredictorPlan(
            network,
            Normalization.unit(3),
            EngineSettings.named("lane"),
            /* threads= */ 1,
            /* pixels= */ true,
            ReadLimits.standard());
    float[] parameters = Initialization.parameters(network, FanIn.DENSE, 1);
    MADE.set(0);

    List<Boolean> answers =
        spark
            .parallelize(List.of("an image"), 50)
            .mapPartitions(
                part ->
                    new TaskAnswers<>(
                        () -> {
                          MADE.incrementAndGet();
                          return plan.predictor(parameters);
                        },
                        part,
                        where -> new RawRecord("", where, new byte[3 * 8 * 8], "")))
            .map(answered -> answered.answer().isAnswer())
            .collect();

    assertThat(answers).containsExactly(true);
    assertThat(MADE).hasValue(1);
  }
}
