package org.sscspark.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.training.MetricsJson;

/** What runs left in their folders. */
public final class SavedRuns {
  private static final List<String> TIMES =
      List.of("imagesPerSecond", "wallSeconds", "timedExamples", "roundSeconds", "workerSeconds");

  private SavedRuns() {}

  /** The checkpoints of a run. */
  public static CheckpointStore checkpoints(Path run) throws IOException {
    return RunDirectory.existing(
            FileSystem.getLocal(new Configuration()), new org.apache.hadoop.fs.Path(run.toUri()))
        .checkpoints();
  }

  /** What the newest checkpoint of a run holds. */
  public static SavedModel newest(Path run) throws IOException {
    CheckpointStore store = checkpoints(run);
    return SavedModel.read(store, store.newestValid().orElseThrow());
  }

  /** Both runs ended in one state, and their epochs were alike in all but time. */
  public static void assertSameBits(Path actual, Path expected) throws IOException {
    assertThat(newest(actual).network()).isEqualTo(newest(expected).network());
    assertThat(newest(actual).state())
        .usingRecursiveComparison()
        .isEqualTo(newest(expected).state());
    assertThat(epochs(actual)).isEqualTo(epochs(expected)).isNotEmpty();
  }

  private static Map<String, List<ObjectNode>> epochs(Path run) throws IOException {
    Map<String, List<ObjectNode>> epochs = new TreeMap<>();
    try (Stream<Path> files = Files.list(run.resolve("metrics"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        epochs.put(
            file.getFileName().toString(),
            Files.readAllLines(file).stream()
                .map(line -> ((ObjectNode) MetricsJson.read(line)).<ObjectNode>without(TIMES))
                .toList());
      }
    }
    return epochs;
  }
}
