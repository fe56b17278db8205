package org.sscspark.spark.prune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.storage.TextFiles;

/**
 * The folder of a pruned network:
 *
 * <pre>
 * network.json  the network with the weights that were kept
 * pruning.json  what the method left of each layer
 * report.html   the same for people
 * </pre>
 *
 * @param network the network with the weights that were kept
 * @param outcome what the method left of each layer
 */
public record PrunedFolder(NetworkSpec network, JsonNode outcome) {
  private static final String NETWORK = "network.json";
  private static final String OUTCOME = "pruning.json";

  /** The report's file. */
  public static final String REPORT = "report.html";

  /**
   * All files, in the order in which they are written: the outcome says that a network is there.
   */
  public static final List<String> FILES = List.of(NETWORK, OUTCOME, REPORT);

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * The text of each file.
   *
   * @param command how the network was made
   */
  public static Map<String, String> texts(PruneJob.Pruned pruned, String command)
      throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(NETWORK, NetworkJson.write(pruned.designed().network()) + "\n");
    texts.put(OUTCOME, JSON.writeValueAsString(pruned.outcome()));
    texts.put(REPORT, pruned.outcome().page(command).html());
    return texts;
  }

  /**
   * Holds that the files can be written to a folder: it is new or empty, or holds an earlier pruned
   * network, which they replace.
   *
   * @throws BadInputException if it holds anything else
   */
  public static void requireFree(FileSystem fileSystem, Path folder) throws IOException {
    TextFiles files = new TextFiles(fileSystem, folder);
    Set<String> names = files.names();
    // A run has an outcome, too, if its method scored weights, but no network of its own.
    if (!names.containsAll(List.of(NETWORK, OUTCOME))) {
      files.requireEmpty("pruned network", names);
    }
  }

  /**
   * What a folder holds, if it is one.
   *
   * @throws BadInputException if its network is missing
   */
  public static Optional<PrunedFolder> read(FileSystem fileSystem, Path folder) throws IOException {
    TextFiles files = new TextFiles(fileSystem, folder);
    Optional<String> outcome = files.read(OUTCOME);
    if (outcome.isEmpty()) {
      return Optional.empty();
    }
    String network =
        files
            .read(NETWORK)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "%s has %s but no %s; write it anew with prune --out"
                            .formatted(folder, OUTCOME, NETWORK)));
    return Optional.of(new PrunedFolder(NetworkJson.read(network), JSON.readTree(outcome.get())));
  }
}
