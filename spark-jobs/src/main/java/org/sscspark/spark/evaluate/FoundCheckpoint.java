package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointManifest;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;
import org.sscspark.storage.FileDigest;
import org.sscspark.storage.Storage;
import org.sscspark.training.MetricsJson;

/**
 * A valid checkpoint that a user pointed at.
 *
 * @param name what to call it in a table: its run's folder, or its own
 * @param run the run it belongs to, if its folder lies in one
 * @param choice how it was chosen among those of its run; empty if it was named
 * @param parameters which of its parameters {@link #model} has
 */
public record FoundCheckpoint(
    String name,
    CheckpointStore store,
    Checkpoint checkpoint,
    Optional<RunDirectory> run,
    Optional<CheckpointChoice> choice,
    ParameterChoice parameters) {
  private static final Logger LOG = LoggerFactory.getLogger(FoundCheckpoint.class);

  /** Makes something of a checkpoint's files. */
  @FunctionalInterface
  public interface Reading<T> {
    T of(FoundCheckpoint found) throws IOException;
  }

  /**
   * Finds what a location stands for: a run for its chosen checkpoint, a checkpoint for itself, and
   * a folder of runs for the chosen checkpoint of each that has one, in the order of their names.
   * Damaged checkpoints of a run are passed over with a warning. The best is that of the parameters
   * that are used, if the run evaluated them.
   *
   * @throws BadInputException if there is nothing of the kind, or the checkpoint is damaged
   * @throws IOException if the file system fails
   */
  public static FoundCheckpoints find(
      Configuration configuration,
      URI location,
      CheckpointChoice choice,
      ParameterChoice parameters)
      throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = new Path(location);
    List<FileStatus> children = children(fileSystem, path);
    if (RunDirectory.isRun(fileSystem, path)) {
      FoundCheckpoint found =
          ofRun(fileSystem, path, choice, parameters)
              .orElseThrow(() -> new BadInputException(without(path, choice)));
      return new FoundCheckpoints(List.of(found), List.of(), choice);
    }
    if (isCheckpoint(fileSystem, path)) {
      return new FoundCheckpoints(
          List.of(single(fileSystem, path).with(parameters)), List.of(), choice);
    }
    List<FoundCheckpoint> found = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (FileStatus child : children) {
      if (child.isDirectory() && RunDirectory.isRun(fileSystem, child.getPath())) {
        ofRun(fileSystem, child.getPath(), choice, parameters)
            .ifPresentOrElse(found::add, () -> leftOut.add(child.getPath().getName()));
      }
    }
    if (found.isEmpty()) {
      throw new BadInputException(
          leftOut.isEmpty()
              ? location
                  + " is no checkpoint, no run and no folder of runs; give one that the command"
                  + " 'train' made"
              : "No run in %s has a %s; %s"
                  .formatted(
                      path,
                      choice.inWords(),
                      choice == CheckpointChoice.BEST
                          ? "take the last ones with --which last, or train with --test"
                          : "resume one with 'train' until it has written one"));
    }
    return new FoundCheckpoints(found, leftOut, choice);
  }

  /** As {@link #find(Configuration, URI, CheckpointChoice, ParameterChoice)}, as trained. */
  public static FoundCheckpoints find(
      Configuration configuration, URI location, CheckpointChoice choice) throws IOException {
    return find(configuration, location, choice, ParameterChoice.TRAINED);
  }

  /** As {@link #one(Configuration, URI, ParameterChoice)}, as trained. */
  public static FoundCheckpoint one(Configuration configuration, URI location) throws IOException {
    return one(configuration, location, ParameterChoice.TRAINED);
  }

  /**
   * Finds the one checkpoint that a location stands for: itself, or a run's best, else its last.
   *
   * @throws BadInputException if there is none, or it is damaged
   * @throws IOException if the file system fails
   */
  public static FoundCheckpoint one(
      Configuration configuration, URI location, ParameterChoice parameters) throws IOException {
    List<FoundCheckpoint> found =
        find(configuration, location, CheckpointChoice.BEST_OR_LAST, parameters).found();
    if (found.size() > 1) {
      throw new BadInputException(
          location + " holds " + found.size() + " runs; give the folder of one of them");
    }
    return found.get(0);
  }

  /**
   * Opens the checkpoint at a location.
   *
   * @throws BadInputException if there is none, or it is damaged
   * @throws IOException if the file system fails
   */
  public static FoundCheckpoint single(Configuration configuration, URI location)
      throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = new Path(location);
    if (children(fileSystem, path).isEmpty() || !isCheckpoint(fileSystem, path)) {
      throw new BadInputException(
          location + " is no data set, no run and no checkpoint; give the folder of one");
    }
    return single(fileSystem, path);
  }

  /** Also if what it is has been lost, where only a checkpoint can be. */
  private static boolean isCheckpoint(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.exists(new Path(path, CheckpointManifest.FILE_NAME))
        || RunDirectory.isPlaceOfCheckpoint(fileSystem, path);
  }

  private static List<FileStatus> children(FileSystem fileSystem, Path path) throws IOException {
    try {
      return Arrays.stream(fileSystem.listStatus(path)).sorted().toList();
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          "Nothing is at " + path + "; give the folder of a run or a checkpoint", e);
    }
  }

  private static FoundCheckpoint single(FileSystem fileSystem, Path path) throws IOException {
    CheckpointStore store = new CheckpointStore(fileSystem, path.getParent());
    Path root = path.getParent().getParent();
    Optional<RunDirectory> run =
        root != null && RunDirectory.isRun(fileSystem, root)
            ? Optional.of(RunDirectory.existing(fileSystem, root))
            : Optional.empty();
    return new FoundCheckpoint(
        path.getName(),
        store,
        store.named(path.getName()),
        run,
        Optional.empty(),
        ParameterChoice.TRAINED);
  }

  private static Optional<FoundCheckpoint> ofRun(
      FileSystem fileSystem, Path path, CheckpointChoice choice, ParameterChoice parameters)
      throws IOException {
    RunDirectory run = RunDirectory.existing(fileSystem, path);
    CheckpointStore store = run.checkpoints();
    Optional<Checkpoint> checkpoint =
        choice == CheckpointChoice.LAST ? Optional.empty() : best(run, store, parameters);
    if (checkpoint.isEmpty() && choice != CheckpointChoice.BEST) {
      checkpoint = store.newestValid();
    }
    return checkpoint.map(
        chosen ->
            new FoundCheckpoint(
                    path.getName(),
                    store,
                    chosen,
                    Optional.of(run),
                    Optional.of(choice),
                    ParameterChoice.TRAINED)
                .with(parameters));
  }

  private static Optional<Checkpoint> best(
      RunDirectory run, CheckpointStore store, ParameterChoice parameters) throws IOException {
    Map<Long, Double> scores =
        parameters == ParameterChoice.AVERAGE ? averageScores(run) : Map.of();
    if (scores.isEmpty()) {
      return store.best();
    }
    Optional<Checkpoint> best =
        store.best(checkpoint -> Optional.ofNullable(scores.get(checkpoint.round())));
    if (best.isPresent()) {
      warnOfBetter(run, scores, scores.get(best.get().round()));
    }
    return best;
  }

  /**
   * Accuracies of the moving average, by the round after which they were found; not of a network
   * that was pruned since.
   */
  private static Map<Long, Double> averageScores(RunDirectory run) throws IOException {
    int dense = denseEpochs(MetricsJson.read(run.record().configuration()));
    Map<Long, Double> scores = new TreeMap<>();
    for (JsonNode epoch : run.metrics().all()) {
      JsonNode accuracy = epoch.path("averageEvaluation").path("accuracy");
      if (accuracy.isNumber() && epoch.path("epoch").asInt() > dense) {
        scores.put(epoch.path("round").asLong(), accuracy.asDouble());
      }
    }
    return scores;
  }

  private static int denseEpochs(JsonNode settings) {
    JsonNode share = settings.path("pruning").path("dense-share");
    return Method.all().stream()
        .filter(method -> method.name().equals(settings.path("method").asText()))
        .mapToInt(
            method ->
                method.denseEpochs(
                    share.isNumber() ? Optional.of(share.asDouble()) : Optional.empty(),
                    settings.path("train").path("epochs").asInt()))
        .sum();
  }

  /** A run keeps the checkpoint that is best as trained, and the newest; not the average's best. */
  private static void warnOfBetter(RunDirectory run, Map<Long, Double> scores, double chosen) {
    scores.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(best -> best.getValue() > chosen)
        .ifPresent(
            best ->
                LOG.warn(
                    "{}: the average was best after round {}, {}, and that checkpoint is not kept;"
                        + " the best that is has {}. A larger checkpoint.keep keeps more",
                    run.root(),
                    best.getKey(),
                    Figures.percent(best.getValue()),
                    Figures.percent(chosen)));
  }

  private static String without(Path run, CheckpointChoice choice) {
    return "Run %s has no %s; %s"
        .formatted(
            run,
            choice.inWords(),
            choice == CheckpointChoice.BEST
                ? "take the last one, or train with --test"
                : "resume it with 'train' until it has written one");
  }

  /** The same checkpoint with other parameters of it; its name says so if they are the average. */
  private FoundCheckpoint with(ParameterChoice others) {
    return others == parameters
        ? this
        : new FoundCheckpoint(
            others == ParameterChoice.AVERAGE ? name + " (average)" : name,
            store,
            checkpoint,
            run,
            choice,
            others);
  }

  /**
   * Reads the checkpoint. If its run, which is being trained, has removed it meanwhile, the one
   * that would be chosen now is read.
   *
   * @throws BadInputException if the run has none to choose any more
   */
  public <T> T read(Reading<T> reading) throws IOException {
    try {
      return reading.of(this);
    } catch (FileNotFoundException e) {
      if (choice.isEmpty() || run.isEmpty()) {
        throw e;
      }
      RunDirectory of = run.get();
      FoundCheckpoint now =
          ofRun(of.fileSystem(), of.root(), choice.get(), parameters)
              .orElseThrow(() -> new BadInputException(without(of.root(), choice.get()), e));
      if (now.checkpoint.equals(checkpoint)) {
        throw e;
      }
      return now.read(reading);
    }
  }

  /**
   * Checks that it has the parameters that are asked for, as all have those as trained.
   *
   * @throws BadInputException if their average is asked for and none was kept
   */
  void requireParameters() throws IOException {
    if (parameters == ParameterChoice.AVERAGE) {
      model();
    }
  }

  /** The network, without its parameters. */
  NetworkSpec network() throws IOException {
    return SavedModel.network(store, checkpoint);
  }

  /** What the network expects of images. */
  SavedModel.Input input() throws IOException {
    return SavedModel.input(store, checkpoint);
  }

  /**
   * Reads the network and its parameters.
   *
   * @throws BadInputException if their average is asked for and none was kept
   */
  public SavedModel model() throws IOException {
    SavedModel model = SavedModel.read(store, checkpoint);
    return switch (parameters) {
      case TRAINED -> model;
      case AVERAGE -> averaged(model);
    };
  }

  private SavedModel averaged(SavedModel model) {
    if (model.state().average().length == 0) {
      throw new BadInputException(
          checkpoint.folder()
              + " has no moving average of its parameters: it was trained without"
              + " train.ema.decay; leave out --parameters average");
    }
    return new SavedModel(model.network(), model.input(), model.state().averaged());
  }

  /** Whether the location was the checkpoint's own, and not that of its run. */
  public boolean isNamed() {
    return choice.isEmpty();
  }

  /** The bytes of the checkpoint's files. */
  public long lengthBytes() {
    return checkpoint.manifest().files().stream().mapToLong(FileDigest::lengthBytes).sum();
  }
}
