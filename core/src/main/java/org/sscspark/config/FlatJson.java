package org.sscspark.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the values of settings are written beside their full keys, as in {@code train.epochs}. */
public enum FlatJson {
  /**
   * As JSON, without what is null or an empty list: a setting left out is one that an older program
   * may not have had.
   */
  AS_JSON,
  /** For people: texts without quotes, and all there is. */
  AS_TEXT;

  /** The values of an object by their keys. */
  public SortedMap<String, String> of(JsonNode json) {
    SortedMap<String, String> flat = new TreeMap<>();
    flatten("", json, flat);
    return flat;
  }

  private void flatten(String key, JsonNode node, SortedMap<String, String> flat) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  flatten(
                      key.isEmpty() ? field.getKey() : key + "." + field.getKey(),
                      field.getValue(),
                      flat));
      return;
    }
    switch (this) {
      case AS_JSON -> {
        if (!node.isNull() && !(node.isArray() && node.isEmpty())) {
          flat.put(key, node.toString());
        }
      }
      case AS_TEXT -> flat.put(key, node.isTextual() ? node.textValue() : node.toString());
    }
  }
}
