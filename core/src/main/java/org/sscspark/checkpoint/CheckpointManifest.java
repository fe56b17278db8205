package org.sscspark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sscspark.storage.FileDigest;
import org.sscspark.storage.Sha256;

/**
 * What a checkpoint holds. It is written after all other files, so a folder without one is no
 * checkpoint.
 *
 * @param id unique to one attempt to write a checkpoint: tells two writers of one round apart
 * @param round the complete rounds of the run
 * @param run to which run it belongs: its {@link RunRecord#id}; absent if the run has none, and of
 *     earlier versions
 * @param score what tells the best checkpoint, higher is better; absent if not evaluated
 * @param files the other files
 */
public record CheckpointManifest(
    String id, long round, Optional<String> run, Optional<Double> score, List<FileDigest> files) {
  /** The manifest's file name. */
  public static final String FILE_NAME = "manifest.json";

  /** The files without which nothing can be made of a checkpoint; it may have others. */
  static final List<String> NEEDED =
      List.of("network.json", "input.json", "state.json", "state.bin");

  private static final int VERSION = 1;

  /** Over the other fields; manifests of earlier versions have none. */
  private static final String CHECKSUM = "sha256";

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  public CheckpointManifest {
    files = List.copyOf(files);
  }

  /** Returns the manifest as JSON. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode().put("format", VERSION).put("id", id);
    root.put("round", round);
    run.ifPresent(value -> root.put("run", value));
    score.ifPresent(value -> root.put("score", value));
    ArrayNode entries = root.putArray("files");
    for (FileDigest entry : files) {
      entries
          .addObject()
          .put("name", entry.name())
          .put("lengthBytes", entry.lengthBytes())
          .put("sha256", entry.sha256());
    }
    root.put(CHECKSUM, Sha256.of(root.toString().getBytes(StandardCharsets.UTF_8)));
    return root.toPrettyString() + "\n";
  }

  /**
   * Reads a manifest.
   *
   * @throws DamagedException if the text is no manifest
   */
  static CheckpointManifest fromJson(String json) throws DamagedException {
    if (json.isBlank()) {
      throw new DamagedException("its manifest is empty");
    }
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
    JsonNode checksum = ((ObjectNode) root).remove(CHECKSUM);
    if (checksum != null
        && !checksum.asText().equals(Sha256.of(root.toString().getBytes(StandardCharsets.UTF_8)))) {
      throw new DamagedException("its manifest is not what was written: SHA-256 differs");
    }
    List<FileDigest> files = new ArrayList<>();
    for (JsonNode file : root.path("files")) {
      files.add(file(file));
    }
    Optional<String> run = Optional.ofNullable(root.path("run").textValue());
    Optional<Double> score =
        root.path("score").isNumber()
            ? Optional.of(root.path("score").doubleValue())
            : Optional.empty();
    return new CheckpointManifest(
        root.path("id").textValue(), root.path("round").longValue(), run, score, files);
  }

  private static FileDigest file(JsonNode file) throws DamagedException {
    String name = file.path("name").asText();
    long length = file.path("lengthBytes").asLong(-1);
    String sha256 = file.path("sha256").asText();
    if (name.isBlank() || name.contains("/") || length < 0 || !DIGEST.matcher(sha256).matches()) {
      throw new DamagedException("its manifest has an entry that describes no file: " + file);
    }
    return new FileDigest(name, length, sha256);
  }
}
