package org.sscspark.spark.watch;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.BitSet;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * The one source of gauges that all runs of an application share, each with a place of its own:
 * Spark takes no two sources of one name, and removing one takes along all whose names begin with
 * its name.
 */
final class SharedGauges implements Source {
  private static final String NAME = "ssc";

  /** That of the newest Spark context; null if no run is shown. */
  private static SharedGauges current;

  private final MetricsSystem system;
  private final MetricRegistry registry = new MetricRegistry();
  private final BitSet taken = new BitSet();

  private SharedGauges(MetricsSystem system) {
    this.system = system;
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  /** Gives a run the first place that is free. */
  static Place join(MetricsSystem system) {
    synchronized (SharedGauges.class) {
      if (current == null || current.system != system) {
        current = new SharedGauges(system);
        // From now on Spark follows what is added and removed.
        system.registerSource(current);
      }
      int number = current.taken.nextClearBit(0);
      current.taken.set(number);
      return current.new Place(number);
    }
  }

  /** Where the gauges of a run are. */
  final class Place {
    private final int number;

    /** Of names; a run that is alone has none. */
    private final String prefix;

    private Place(int number) {
      this.number = number;
      this.prefix = number == 0 ? "" : "run%s.".formatted(number + 1);
    }

    /** Shows a gauge, unless it is shown already. */
    void show(String name, Gauge<Double> gauge) {
      if (!registry.getMetrics().containsKey(prefix + name)) {
        registry.register(prefix + name, gauge);
      }
    }

    /** Shows no more, and leaves the place to others. */
    void leave() {
      synchronized (SharedGauges.class) {
        registry.removeMatching((name, metric) -> isMine(name));
        taken.clear(number);
        if (taken.isEmpty()) {
          system.removeSource(SharedGauges.this);
          current = current == SharedGauges.this ? null : current;
        }
      }
    }

    private boolean isMine(String name) {
      return number == 0 ? !name.matches("run[0-9]+\\..*") : name.startsWith(prefix);
    }
  }
}
