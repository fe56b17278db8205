package org.sscspark.spark.sweep;

import java.util.Optional;
import org.sscspark.search.SearchObjective;

/**
 * The section {@code sweep.objective}.
 *
 * @param direction which values are better; the metric knows by itself
 */
record ObjectiveSettings(String metric, Optional<SearchObjective.Direction> direction) {
  SearchObjective objective() {
    return new SearchObjective(metric, direction.orElse(Metric.of(metric).better()));
  }
}
