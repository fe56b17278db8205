package org.sscspark.spark.prune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.storage.Lease;
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

  /** All files. */
  public static final List<String> FILES = List.of(NETWORK, OUTCOME, REPORT);

  /** In place of the outcome while the other files are written. */
  private static final String UNFINISHED = "{\"unfinished\": true}\n";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * Writes all files to a folder that is {@link #requireFree free}. Whoever is killed meanwhile
   * leaves what is no pruned network and can be written anew.
   *
   * @param command how the network was made
   * @throws BadInputException if the folder holds anything else, or another process writes there
   */
  public static void write(
      FileSystem fileSystem, Path folder, PruneJob.Pruned pruned, String command)
      throws IOException {
    String network = NetworkJson.write(pruned.designed().network()) + "\n";
    String outcome = JSON.writeValueAsString(pruned.outcome());
    String report = new PruneReport(pruned.outcome()).page(command).html();
    try (Lease lease = Lease.take(fileSystem, folder)) {
      requireFree(fileSystem, folder);
      TextFiles files = new TextFiles(fileSystem, folder);
      files.write(OUTCOME, UNFINISHED);
      files.write(NETWORK, network);
      files.write(REPORT, report);
      lease.requireHeld();
      files.write(OUTCOME, outcome);
    }
  }

  /**
   * Holds that the files can be written to a folder: it is new or empty, or holds an earlier pruned
   * network, finished or not, which they replace.
   *
   * @throws BadInputException if it holds anything else
   */
  public static void requireFree(FileSystem fileSystem, Path folder) throws IOException {
    TextFiles files = new TextFiles(fileSystem, folder);
    Set<String> names = files.names();
    boolean begun = files.read(OUTCOME).filter(UNFINISHED::equals).isPresent();
    // A run has an outcome, too, if its method scored weights, but no network of its own.
    if (!begun && !names.containsAll(List.of(NETWORK, OUTCOME))) {
      files.requireEmpty("pruned network", names);
    }
  }

  /**
   * What a folder holds, if it is one.
   *
   * @throws BadInputException if its network is missing, or was not written to the end
   */
  public static Optional<PrunedFolder> read(FileSystem fileSystem, Path folder) throws IOException {
    TextFiles files = new TextFiles(fileSystem, folder);
    Optional<String> outcome = files.read(OUTCOME);
    if (outcome.isEmpty()) {
      return Optional.empty();
    }
    if (outcome.get().equals(UNFINISHED)) {
      throw new BadInputException(
          "The pruned network in %s was not written to the end; write it anew with prune --out"
              .formatted(folder));
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
