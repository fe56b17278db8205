package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.Normalization;
import org.sscspark.exchange.PortableModel;
import org.sscspark.network.NetworkJson;
import org.sscspark.network.NetworkSpec;
import org.sscspark.storage.FileContent;
import org.sscspark.training.TrainingState;
import org.sscspark.training.TrainingStateFormat;

/**
 * A checkpoint's files, apart from those for other programs: {@code network.json}, {@code
 * input.json} (what the network expects of images) and the training state.
 *
 * @param network the network
 * @param input what it expects of images
 * @param state its parameters, and what training needs to resume
 */
public record SavedModel(NetworkSpec network, Input input, TrainingState state) {
  private static final String NETWORK_FILE = "network.json";
  private static final String INPUT_FILE = "input.json";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * What a network expects of images.
   *
   * @param classes the name of each class
   * @param mean of each channel of the training set, pixels being 0 to 255
   * @param std of each channel of the training set, pixels being 0 to 255
   */
  public record Input(
      List<String> classes, List<Double> mean, @JsonAlias("deviation") List<Double> std) {
    /** What a network trained on this data set expects. */
    public static Input of(DatasetManifest manifest) {
      return new Input(manifest.classes(), manifest.mean(), manifest.std());
    }

    /** How pixels become the network's input. */
    public Normalization normalization() {
      return new Normalization(mean, std);
    }
  }

  /** What other programs need of it. */
  public PortableModel portable() {
    return new PortableModel(network, state.parameters(), input.classes(), input.normalization());
  }

  /** The same network with other names of its classes. */
  public SavedModel withClasses(List<String> names) {
    return new SavedModel(network, new Input(names, input.mean(), input.std()), state);
  }

  /** The same network with the moving average of its parameters, if one was kept. */
  public Optional<SavedModel> averaged() {
    return state.average().length == 0
        ? Optional.empty()
        : Optional.of(new SavedModel(network, input, state.averaged()));
  }

  /** The files to commit as a checkpoint. */
  public Map<String, FileContent> files() {
    Map<String, FileContent> files = new LinkedHashMap<>();
    files.put(NETWORK_FILE, text(NetworkJson.write(network) + "\n"));
    files.put(INPUT_FILE, text(inputJson()));
    files.put(TrainingStateFormat.JSON_FILE, text(TrainingStateFormat.toJson(state)));
    files.put(
        TrainingStateFormat.VECTORS_FILE, out -> TrainingStateFormat.writeVectors(state, out));
    return files;
  }

  /** Reads a checkpoint. */
  public static SavedModel read(CheckpointStore store, Checkpoint checkpoint) throws IOException {
    try (InputStream vectors = store.open(checkpoint, TrainingStateFormat.VECTORS_FILE)) {
      return new SavedModel(
          network(store, checkpoint),
          input(store, checkpoint),
          TrainingStateFormat.read(
              text(store, checkpoint, TrainingStateFormat.JSON_FILE), vectors));
    }
  }

  /** Reads the network of a checkpoint and nothing else. */
  public static NetworkSpec network(CheckpointStore store, Checkpoint checkpoint)
      throws IOException {
    return NetworkJson.read(text(store, checkpoint, NETWORK_FILE));
  }

  /** Reads what the network of a checkpoint expects of images and nothing else. */
  static Input input(CheckpointStore store, Checkpoint checkpoint) throws IOException {
    return JSON.readValue(text(store, checkpoint, INPUT_FILE), Input.class);
  }

  /** Whether a checkpoint has a moving average of the parameters; none of them is read. */
  static boolean hasAverage(CheckpointStore store, Checkpoint checkpoint) throws IOException {
    return TrainingStateFormat.hasAverage(text(store, checkpoint, TrainingStateFormat.JSON_FILE));
  }

  private String inputJson() {
    try {
      return JSON.writeValueAsString(input) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write what a network expects of images", e);
    }
  }

  private static FileContent text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(CheckpointStore store, Checkpoint checkpoint, String name)
      throws IOException {
    try (InputStream in = store.open(checkpoint, name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
