package org.sscspark.spark.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.RoundSeconds;

/** A run's numbers under the names that all tools get. */
final class Scalars {
  private Scalars() {}

  /** After a round. */
  static Map<String, Double> of(RoundMetrics metrics) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("training/loss", metrics.tally().loss());
    scalars.put("training/accuracy", metrics.tally().accuracy());
    scalars.put("training/learning-rate", metrics.learningRate());
    scalars.put("speed/images-per-second", metrics.imagesPerSecond());
    RoundSeconds seconds = metrics.seconds();
    scalars.put("round-seconds/broadcast", seconds.broadcast());
    scalars.put("round-seconds/compute", seconds.compute());
    scalars.put("round-seconds/reduce", seconds.reduce());
    scalars.put("round-seconds/driver", seconds.driver());
    return scalars;
  }

  /** After an epoch. */
  static Map<String, Double> of(EpochMetrics metrics) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("epoch/training-loss", metrics.tally().loss());
    scalars.put("epoch/training-accuracy", metrics.tally().accuracy());
    metrics
        .evaluation()
        .ifPresent(
            test -> {
              scalars.put("epoch/test-loss", test.loss());
              scalars.put("epoch/test-accuracy", test.accuracy());
            });
    metrics
        .averageEvaluation()
        .ifPresent(
            test -> {
              scalars.put("epoch/average-test-loss", test.loss());
              scalars.put("epoch/average-test-accuracy", test.accuracy());
            });
    return scalars;
  }
}
