package org.sscspark.spark.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.sscspark.pruning.Method;
import org.sscspark.report.Figures;
import org.sscspark.spark.evaluate.FoundCheckpoints.LeftOut;
import org.sscspark.storage.Storage;
import org.sscspark.training.MetricsJson;

/**
 * Finds the checkpoints that a user points at.
 *
 * @param choice which one of a run
 * @param parameters which of its parameters are used
 */
public record CheckpointSearch(
    Configuration configuration, CheckpointChoice choice, ParameterChoice parameters) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointSearch.class);

  /** In the folder of a sweep or a comparison: the folder of its runs. */
  public static final String TRIALS = "trials";

  private static final String NOTHING =
      "is no checkpoint, no run and no folder of runs; give one that the command 'train' made";

  private static final String NO_AVERAGE = "no moving average";

  /** For a run's best checkpoint, else its last, as trained. */
  public CheckpointSearch(Configuration configuration) {
    this(configuration, CheckpointChoice.BEST_OR_LAST, ParameterChoice.TRAINED);
  }

  /**
   * Finds what a location stands for: a run for its chosen checkpoint, a checkpoint for itself, and
   * a folder of runs for the chosen checkpoint of each that has one, with the parameters that are
   * used, in the order of their names; that of a sweep or a comparison for its runs. Damaged
   * checkpoints of a run are passed over with a warning. The best is that of the parameters that
   * are used, if the run evaluated them.
   *
   * @throws BadInputException if there is nothing of the kind, or the checkpoint is damaged
   * @throws IOException if the file system fails
   */
  public FoundCheckpoints find(URI location) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = new Path(location);
    Optional<FoundCheckpoints> found = at(fileSystem, path);
    if (found.isEmpty()) {
      found = ofRuns(fileSystem, new Path(path, TRIALS));
    }
    return found.orElseThrow(() -> new BadInputException(path + " " + NOTHING));
  }

  /** Of what a folder is, or of the runs that are in it. */
  private Optional<FoundCheckpoints> at(FileSystem fileSystem, Path path) throws IOException {
    requireFolder(fileSystem, path);
    if (RunDirectory.isRun(fileSystem, path)) {
      return Optional.of(new FoundCheckpoints(List.of(chosenOf(fileSystem, path)), List.of()));
    }
    if (isCheckpoint(fileSystem, path)) {
      return Optional.of(new FoundCheckpoints(List.of(named(fileSystem, path)), List.of()));
    }
    return ofRuns(fileSystem, path);
  }

  /** What looks for files in a file ends with any exception. */
  private static void requireFolder(FileSystem fileSystem, Path path) throws IOException {
    FileStatus status;
    try {
      status = fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          "Nothing is at " + path + "; give the folder of a run or a checkpoint", e);
    }
    if (!status.isDirectory()) {
      throw new BadInputException(
          path.getName().toLowerCase(Locale.ROOT).endsWith(".onnx")
              ? path + " is a model and no checkpoint; 'predict --model' takes it"
              : path + " is a file; give the folder of a run or a checkpoint");
    }
  }

  /** Of the runs in a folder; empty if there are none. */
  private Optional<FoundCheckpoints> ofRuns(FileSystem fileSystem, Path folder) throws IOException {
    List<FoundCheckpoint> found = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    for (Path run : runs(fileSystem, folder)) {
      Optional<FoundCheckpoint> chosen = ofRun(fileSystem, run);
      if (chosen.isEmpty()) {
        leftOut.add(
            new LeftOut(
                run.getName(),
                "no " + choice.inWords(),
                RunDirectory.existing(fileSystem, run).failure()));
      } else if (!chosen.get().read(FoundCheckpoint::hasParameters)) {
        leftOut.add(new LeftOut(run.getName(), NO_AVERAGE, Optional.empty()));
      } else {
        found.add(chosen.get());
      }
    }
    if (found.isEmpty() && !leftOut.isEmpty()) {
      throw noneOf(folder, leftOut);
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(new FoundCheckpoints(found, leftOut));
  }

  private static List<Path> runs(FileSystem fileSystem, Path folder) throws IOException {
    FileStatus[] children;
    try {
      children = fileSystem.listStatus(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
    List<Path> runs = new ArrayList<>();
    for (FileStatus child : children) {
      if (child.isDirectory() && RunDirectory.isRun(fileSystem, child.getPath())) {
        runs.add(child.getPath());
      }
    }
    return runs.stream().sorted().toList();
  }

  /** Of the runs in a folder none has what is asked for. */
  private BadInputException noneOf(Path runs, List<LeftOut> leftOut) {
    if (leftOut.stream().anyMatch(run -> run.lack().equals(NO_AVERAGE))) {
      return new BadInputException(
          "No run in %s has a moving average of its parameters; leave out --parameters average"
              .formatted(runs));
    }
    String remedy =
        leftOut.stream()
            .filter(run -> choice != CheckpointChoice.BEST && run.failure().isPresent())
            .findFirst()
            .map(run -> run.run() + " failed: " + run.failure().get())
            .orElse(choice.remedy("ones with --which last", "one"));
    return new BadInputException(
        "No run in %s has a %s; %s".formatted(runs, choice.inWords(), remedy));
  }

  /**
   * Finds the one checkpoint that a location stands for: itself, or that of a run.
   *
   * @throws BadInputException if there is none, or it is damaged
   * @throws IOException if the file system fails
   */
  public FoundCheckpoint one(URI location) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = new Path(location);
    Optional<FoundCheckpoints> all = at(fileSystem, path);
    if (all.isEmpty()) {
      throw nothing(fileSystem, path, NOTHING);
    }
    List<FoundCheckpoint> found = all.get().found();
    if (found.size() > 1) {
      throw new BadInputException(
          location + " holds " + found.size() + " runs; give the folder of one of them");
    }
    return found.get(0);
  }

  /** Of a folder that is nothing of which there is one. */
  private static BadInputException nothing(FileSystem fileSystem, Path path, String what)
      throws IOException {
    Path trials = new Path(path, TRIALS);
    return new BadInputException(
        runs(fileSystem, trials).isEmpty()
            ? path + " " + what
            : "%s holds a sweep or a comparison; its runs are in %s: give the folder of one of them"
                .formatted(path, trials));
  }

  /**
   * Opens the checkpoint at a location.
   *
   * @throws BadInputException if there is none, or it is damaged
   * @throws IOException if the file system fails
   */
  public FoundCheckpoint named(URI location) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path path = new Path(location);
    requireFolder(fileSystem, path);
    if (!isCheckpoint(fileSystem, path)) {
      throw nothing(
          fileSystem, path, "is no data set, no run and no checkpoint; give the folder of one");
    }
    return named(fileSystem, path);
  }

  /** Also if what it is has been lost, where only a checkpoint can be. */
  private static boolean isCheckpoint(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.exists(new Path(path, CheckpointManifest.FILE_NAME))
        || RunDirectory.isPlaceOfCheckpoint(fileSystem, path);
  }

  private FoundCheckpoint named(FileSystem fileSystem, Path path) throws IOException {
    CheckpointStore store = new CheckpointStore(fileSystem, path.getParent());
    Path root = path.getParent().getParent();
    Optional<RunDirectory> run =
        root != null && RunDirectory.isRun(fileSystem, root)
            ? Optional.of(RunDirectory.existing(fileSystem, root))
            : Optional.empty();
    return found(path, store, store.named(path.getName()), run, Optional.empty());
  }

  /**
   * The one that is chosen of a run.
   *
   * @throws BadInputException if it has none to choose
   */
  FoundCheckpoint chosenOf(FileSystem fileSystem, Path run) throws IOException {
    Optional<FoundCheckpoint> chosen = ofRun(fileSystem, run);
    if (chosen.isPresent()) {
      return chosen.get();
    }
    throw new BadInputException(
        "Run %s has no %s; %s".formatted(run, choice.inWords(), remedy(fileSystem, run)));
  }

  private String remedy(FileSystem fileSystem, Path run) throws IOException {
    String remedy = choice.remedy("one", "it");
    if (choice == CheckpointChoice.BEST) {
      return remedy;
    }
    Path result = new Path(run, RunDirectory.RESULT);
    if (fileSystem.exists(result)) {
      // What is complete is not resumed.
      return "it is complete, and no checkpoint is whole: remove %s and train it again"
          .formatted(result);
    }
    // What could not continue would not if it were resumed.
    return RunDirectory.existing(fileSystem, run)
        .failure()
        .map(reason -> "it failed: " + reason)
        .orElse(remedy);
  }

  private Optional<FoundCheckpoint> ofRun(FileSystem fileSystem, Path path) throws IOException {
    RunDirectory run = RunDirectory.existing(fileSystem, path);
    CheckpointStore store = run.checkpoints();
    Optional<Checkpoint> checkpoint =
        choice == CheckpointChoice.LAST ? Optional.empty() : best(run, store);
    if (checkpoint.isEmpty() && choice != CheckpointChoice.BEST) {
      checkpoint = store.newestValid();
    }
    return checkpoint.map(
        chosen -> found(path, store, chosen, Optional.of(run), Optional.of(this)));
  }

  /** Its name says so if it is used with the average. */
  private FoundCheckpoint found(
      Path path,
      CheckpointStore store,
      Checkpoint checkpoint,
      Optional<RunDirectory> run,
      Optional<CheckpointSearch> chosenBy) {
    String name =
        parameters == ParameterChoice.AVERAGE ? path.getName() + " (average)" : path.getName();
    return new FoundCheckpoint(name, store, checkpoint, run, chosenBy, parameters);
  }

  private Optional<Checkpoint> best(RunDirectory run, CheckpointStore store) throws IOException {
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
}
