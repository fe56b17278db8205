package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import org.sscspark.training.MetricsJson;

/**
 * What a sweep has where its settings do not say: as much as the cluster has task slots when it
 * begins, and the same whenever it is resumed.
 *
 * @param workers of a data-parallel trial
 * @param lag of TPE
 */
public record SlotDefaults(int workers, int lag) {
  /** Those of a sweep that begins. */
  public static SlotDefaults of(int slots) {
    return new SlotDefaults(slots, slots);
  }

  /** As far as a sweep that began has them, its own. */
  SlotDefaults resumed(String configuration) {
    JsonNode json = MetricsJson.read(configuration);
    return new SlotDefaults(
        json.at("/experiment/averaging/workers").asInt(workers),
        json.at("/strategy/lag").asInt(lag));
  }
}
