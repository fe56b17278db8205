package org.sscspark.spark.watch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingState;

/**
 * The run's newest numbers as gauges of Spark's metrics system, in the driver: {@code
 * ssc.training.loss} and so on, and {@code ssc.run2.training.loss} of a run beside another. What
 * reads them is Spark's configuration: Prometheus, JMX, CSV.
 */
public final class SparkMetrics implements RunListener {
  private final Map<String, Double> values = new ConcurrentHashMap<>();

  /** Null until there is something to show. */
  private SharedGauges.Place place;

  @Override
  public void onRound(RoundMetrics metrics, TrainingState state) {
    put(Scalars.of(metrics));
    put(Map.of("rounds", (double) metrics.globalRound()));
  }

  @Override
  public void onEpoch(EpochMetrics metrics, TrainingState state) {
    put(Scalars.of(metrics));
    put(Map.of("epochs", metrics.epoch() + 1.0));
  }

  private void put(Map<String, Double> scalars) {
    values.putAll(scalars);
    if (place == null) {
      place = SharedGauges.join(SparkEnv.get().metricsSystem());
    }
    for (String tag : scalars.keySet()) {
      place.show(tag.replace('/', '.'), () -> values.get(tag));
    }
  }

  @Override
  public void onEnd(boolean complete) {
    if (place != null) {
      place.leave();
    }
  }
}
