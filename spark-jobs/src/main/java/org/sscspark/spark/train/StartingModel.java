package org.sscspark.spark.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.exchange.NumpyFile;
import org.sscspark.exchange.OnnxFile;
import org.sscspark.exchange.PortableModel;
import org.sscspark.exchange.TrainedNetwork;
import org.sscspark.exchange.Transfer;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.pruning.GradientSources;
import org.sscspark.spark.evaluate.CheckpointSearch;
import org.sscspark.spark.evaluate.FoundCheckpoint;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.storage.Sha256;
import org.sscspark.storage.Storage;
import org.sscspark.training.MetricsJson;

/**
 * The trained weights that a run starts from. What they were is kept in the run's folder, so that a
 * run that is started again before its first checkpoint does not begin with others.
 *
 * @param source where they are: the checkpoint, or the file
 * @param transfer the weights for this run's images and classes
 * @param sparse whether some weights of the architecture do not exist
 * @param otherClasses what to say of a classifier that is kept and was trained for other classes
 */
record StartingModel(
    String source, Transfer transfer, boolean sparse, Optional<String> otherClasses) {
  private static final Logger LOG = LoggerFactory.getLogger(StartingModel.class);
  private static final String FILE = "start.json";

  /**
   * Reads weights.
   *
   * @param from a run, a checkpoint, or a file that ends in .onnx or .npz
   * @param dense the run's network with all its weights
   * @param classes the names of the run's classes
   * @param seed of a new classifier
   * @throws BadInputException if there is nothing of the kind, or it is of another architecture
   */
  static StartingModel read(
      Configuration configuration, String from, NetworkSpec dense, List<String> classes, long seed)
      throws IOException {
    URI location = Location.of(from);
    String source = location.toString();
    TrainedNetwork trained;
    Optional<List<String>> before = Optional.empty();
    String name = from.toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      PortableModel model = file(configuration, location, OnnxFile::read);
      trained = new TrainedNetwork(model.network(), model.parameters());
      before = Optional.of(model.classes());
    } else if (name.endsWith(".npz")) {
      trained = file(configuration, location, NumpyFile::read).network(dense);
    } else {
      FoundCheckpoint found = new CheckpointSearch(configuration).one(location);
      SavedModel model = found.model();
      source = found.checkpoint().folder().toString();
      trained = new TrainedNetwork(model.network(), model.state().parameters());
      before = Optional.of(model.input().classes());
    }
    Transfer transfer = Transfer.of(source, trained, dense, seed);
    Optional<String> otherClasses =
        transfer.newClassifier() ? Optional.empty() : before.flatMap(old -> change(old, classes));
    if (otherClasses.isPresent()) {
      LOG.warn("Starting from {}: {}", source, otherClasses.get());
    }
    return new StartingModel(
        source,
        transfer,
        ParameterLayout.of(transfer.network()).weightCount()
            < ParameterLayout.of(dense).weightCount(),
        otherClasses);
  }

  /** What to say where as many classes have other names, or another order. */
  private static Optional<String> change(List<String> before, List<String> now) {
    return IntStream.range(0, Math.min(before.size(), now.size()))
        .filter(i -> !before.get(i).equals(now.get(i)))
        .mapToObj(
            i ->
                "the classifier is kept, though the classes are %s: class %s was %s and is %s"
                    .formatted(
                        Set.copyOf(before).equals(Set.copyOf(now)) ? "in another order" : "others",
                        i,
                        before.get(i),
                        now.get(i)))
        .findFirst();
  }

  private interface Reader<T> {
    T read(InputStream in, String name) throws IOException;
  }

  private static <T> T file(Configuration configuration, URI location, Reader<T> reader)
      throws IOException {
    try (InputStream in = Storage.open(configuration, location)) {
      return reader.read(in, location.toString());
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          "Nothing is at " + location + "; give a run, a checkpoint, or an .onnx or .npz file", e);
    }
  }

  /**
   * The network before its first step: the pattern there is, or what the method leaves.
   *
   * @throws BadInputException if a budget is asked for and there is a pattern
   */
  DesignedNetwork designed(Experiment experiment, NetworkSpec dense, GradientSources gradients) {
    if (sparse && experiment.macs().isPresent()) {
      throw new UnmetSettingsException(
          "macs = %s does not go with from = %s, whose pattern is kept; leave macs out, or start from a dense model"
              .formatted(experiment.macs().get(), source));
    }
    return sparse
        ? new DesignedNetwork(dense, transfer.network(), transfer.parameters(), Optional.empty())
        : experiment.designed(dense, transfer.parameters(), gradients);
  }

  /** What a user should know. */
  String text() {
    String kept =
        sparse
            ? String.format(
                Locale.ROOT,
                "its pattern of %,d weights is kept: method, density, ssc and pruning are not used",
                ParameterLayout.of(transfer.network()).weightCount())
            : "dense";
    return source
        + " ("
        + kept
        + (transfer.newClassifier() ? "; a new classifier, for the classes are others" : "")
        + otherClasses.map(change -> "; " + change).orElse("")
        + ")";
  }

  /** Tells the weights from others. */
  String sha256() {
    float[] parameters = transfer.parameters();
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(parameters.length, Float.BYTES));
    bytes.asFloatBuffer().put(parameters);
    return Sha256.of(bytes.array());
  }

  private ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("source", source)
        .put("sha256", sha256())
        .put("newClassifier", transfer.newClassifier())
        .put("keepsPattern", sparse)
        .put("text", text());
  }

  /**
   * Records the weights in a run's folder.
   *
   * @throws BadInputException if other weights are recorded there
   */
  void record(RunDirectory run) throws IOException {
    Optional<JsonNode> recorded = recorded(run);
    if (recorded.isEmpty()) {
      run.write(FILE, json().toPrettyString() + "\n");
    } else if (!recorded.get().path("sha256").equals(json().path("sha256"))) {
      throw new BadInputException(
          "The run in %s began with weights of %s, and %s now has others; choose another folder"
              .formatted(run.root(), recorded.get().path("source").asText(), source));
    }
  }

  private static Optional<JsonNode> recorded(RunDirectory run) throws IOException {
    Optional<JsonNode> recorded;
    try {
      recorded = run.read(FILE).map(MetricsJson::read);
    } catch (IllegalArgumentException e) {
      throw damaged(run, e);
    }
    if (recorded.isPresent() && !recorded.get().path("sha256").isTextual()) {
      throw damaged(run, null);
    }
    return recorded;
  }

  private static BadInputException damaged(RunDirectory run, Exception cause) {
    return new BadInputException(
        "Cannot use %s: it is damaged; restore it, or choose another folder"
            .formatted(new Path(run.root(), FILE)),
        cause);
  }

  /** What a user should know of the weights that a run started from. */
  static Optional<String> textOf(RunDirectory run) throws IOException {
    return recorded(run).map(start -> start.path("text").asText());
  }

  /** Whether a run has the pattern of a sparse model that it started from. */
  static boolean keepsPattern(RunDirectory run) throws IOException {
    return recorded(run).filter(start -> start.path("keepsPattern").asBoolean()).isPresent();
  }
}
