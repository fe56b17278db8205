package org.sscspark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint holds. It is written after all other files, so a folder without one is no
 * checkpoint.
 *
 * @param id unique to one attempt to write a checkpoint: tells two writers of one round apart
 * @param round the complete rounds of the run
 * @param score what tells the best checkpoint, higher is better; absent if not evaluated
 * @param files the other files
 */
public record CheckpointManifest(String id, long round, Optional<Double> score, List<Entry> files) {
  /** The manifest's file name. */
  public static final String FILE_NAME = "manifest.json";

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One file.
   *
   * @param name relative to the checkpoint's folder
   * @param lengthBytes its length
   * @param sha256 of its bytes, 64 hexadecimal digits
   */
  public record Entry(String name, long lengthBytes, String sha256) {}

  public CheckpointManifest {
    files = List.copyOf(files);
  }

  /** Returns the manifest as JSON. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode().put("format", VERSION).put("id", id);
    root.put("round", round);
    score.ifPresent(value -> root.put("score", value));
    ArrayNode entries = root.putArray("files");
    for (Entry entry : files) {
      entries
          .addObject()
          .put("name", entry.name())
          .put("lengthBytes", entry.lengthBytes())
          .put("sha256", entry.sha256());
    }
    return root.toPrettyString() + "\n";
  }

  /**
   * Reads a manifest.
   *
   * @throws DamagedException if the text is no manifest
   */
  static CheckpointManifest fromJson(String json) throws DamagedException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new DamagedException("its manifest is not JSON", e);
    }
    if (root.path("format").asInt(0) != VERSION) {
      throw new DamagedException(
          "its manifest has format " + root.path("format") + ", this program reads " + VERSION);
    }
    if (!root.path("id").isTextual()
        || !root.path("round").isIntegralNumber()
        || !root.path("files").isArray()) {
      throw new DamagedException("its manifest is incomplete");
    }
    List<Entry> files = new ArrayList<>();
    for (JsonNode file : root.path("files")) {
      files.add(
          new Entry(
              file.path("name").asText(),
              file.path("lengthBytes").asLong(-1),
              file.path("sha256").asText()));
    }
    Optional<Double> score =
        root.path("score").isNumber()
            ? Optional.of(root.path("score").doubleValue())
            : Optional.empty();
    return new CheckpointManifest(
        root.path("id").textValue(), root.path("round").longValue(), score, files);
  }
}
