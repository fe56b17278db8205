package org.sscspark.spark.averaging;

import java.util.Comparator;
import java.util.List;
import org.sscspark.training.RoundSeconds;

/**
 * The driver's clock of one round: it is told when the state is sent and when the mean is there.
 */
final class RoundClock {
  private static final double NANO = 1e-9;

  private final long began = System.nanoTime();
  private long sent = began;
  private long averaged = began;

  /** The state is on its way to the workers. */
  void sent() {
    sent = System.nanoTime();
  }

  /** The workers' mean is there. */
  void averaged() {
    averaged = System.nanoTime();
  }

  /** The round, ending now. The slowest worker is the one that the others waited for. */
  RoundSeconds seconds(List<WorkerReport.Trained> reports) {
    WorkerReport.Trained slowest =
        reports.stream()
            .max(Comparator.comparingDouble(r -> r.fetchSeconds() + r.phases().total()))
            .orElseThrow();
    double compute = slowest.phases().total();
    double reduce = NANO * (averaged - sent) - slowest.fetchSeconds() - compute;
    return new RoundSeconds(
        NANO * (sent - began) + slowest.fetchSeconds(),
        compute,
        reduce,
        NANO * (System.nanoTime() - averaged));
  }
}
