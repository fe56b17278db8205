package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;

/** Parts of a document that it cannot do without; who reads it says where the document is. */
public final class JsonParts {
  private JsonParts() {}

  /**
   * The part of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names it
   */
  public static JsonNode needed(JsonNode json, String key) {
    if (!json.has(key)) {
      throw new IllegalArgumentException("it has no " + key);
    }
    return json.get(key);
  }

  /**
   * The number of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names it
   */
  public static double number(JsonNode json, String key) {
    JsonNode part = needed(json, key);
    if (!part.isNumber()) {
      throw new IllegalArgumentException("%s is %s, no number".formatted(key, part));
    }
    return part.asDouble();
  }
}
