package org.sscspark.spark.sweep;

import java.util.Optional;
import org.sscspark.search.Objective;

/**
 * The section {@code sweep.objective}.
 *
 * @param direction which values are better; the metric knows by itself
 */
record ObjectiveSettings(String metric, Optional<Objective.Direction> direction) {
  Objective objective() {
    return new Objective(metric, direction.orElse(Metric.of(metric).better()));
  }
}
