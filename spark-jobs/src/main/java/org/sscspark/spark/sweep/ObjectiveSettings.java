package org.sscspark.spark.sweep;

import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.KebabCase;
import org.sscspark.search.SearchObjective;
import org.sscspark.search.SearchObjective.Direction;

/**
 * The section {@code sweep.objective}.
 *
 * @param direction which values are better; the metric knows by itself
 */
record ObjectiveSettings(String metric, Optional<Direction> direction) {
  /** The settings that would say the same. */
  static ObjectiveSettings of(SearchObjective objective) {
    return new ObjectiveSettings(objective.metric(), Optional.of(objective.direction()));
  }

  /**
   * What they say.
   *
   * @throws BadInputException if the metric is unknown, or the direction not that of the metric
   */
  SearchObjective objective() {
    Direction better = Metric.of(metric).better();
    if (direction.filter(given -> given != better).isPresent()) {
      throw new BadInputException(
          "sweep.objective.direction = %s contradicts sweep.objective.metric = %s, of which %s values are better; leave the direction out"
              .formatted(
                  KebabCase.of(direction.get()),
                  metric,
                  better == Direction.MAXIMIZE ? "higher" : "lower"));
    }
    return new SearchObjective(metric, better);
  }
}
