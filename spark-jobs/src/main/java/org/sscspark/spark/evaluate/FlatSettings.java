package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sscspark.training.MetricsJson;

/** Settings as lines: a value for each full key. */
public final class FlatSettings {
  private FlatSettings() {}

  /** The values of a JSON object by their keys, as in {@code train.epochs}. */
  public static SortedMap<String, String> of(String json) {
    return of(MetricsJson.read(json));
  }

  /** The values of a JSON object by their keys. */
  public static SortedMap<String, String> of(JsonNode json) {
    SortedMap<String, String> flat = new TreeMap<>();
    flatten("", json, flat);
    return flat;
  }

  private static void flatten(String path, JsonNode node, SortedMap<String, String> flat) {
    if (!node.isObject()) {
      flat.put(path, node.isTextual() ? node.textValue() : node.toString());
      return;
    }
    node.fields()
        .forEachRemaining(
            field ->
                flatten(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(),
                    flat));
  }
}
