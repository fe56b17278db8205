package org.sscspark.spark.watch;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingState;

/**
 * The run's newest numbers as gauges of Spark's metrics system, in the driver: {@code
 * ssc.training.loss} and so on. What reads them is Spark's configuration: Prometheus, JMX, CSV.
 */
public final class SparkMetrics implements RunListener {
  private static final String NAME = "ssc";

  private final Map<String, Double> values = new ConcurrentHashMap<>();
  private final Registered source = new Registered();
  private boolean registered;

  /** What Spark asks for. */
  private static final class Registered implements Source {
    private final MetricRegistry registry = new MetricRegistry();

    @Override
    public String sourceName() {
      return NAME;
    }

    @Override
    public MetricRegistry metricRegistry() {
      return registry;
    }
  }

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
    for (String tag : scalars.keySet()) {
      String name = tag.replace('/', '.');
      if (!source.registry.getMetrics().containsKey(name)) {
        source.registry.register(name, (Gauge<Double>) () -> values.get(tag));
      }
    }
    if (!registered) {
      // From now on Spark follows what is added.
      SparkEnv.get().metricsSystem().registerSource(source);
      registered = true;
    }
  }

  @Override
  public void onEnd(boolean complete) {
    SparkEnv.get().metricsSystem().removeSource(source);
  }
}
