package org.sscspark.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FileContent;
import org.sscspark.storage.TextFiles;

/**
 * The folder of one run:
 *
 * <pre>
 * run.json                 what the run is: {@link RunRecord}
 * checkpoints/             {@link CheckpointStore}
 * metrics/epoch-NNNN.jsonl one line of JSON for each epoch
 * pruning.json             how weights were chosen, if by scores
 * start.json               the trained weights it started from, if it did
 * tensorboard/             event files, if they were asked for
 * result.json              the outcome, once there is one
 * failure.txt              why the run could not continue, if whoever started it recorded that
 * </pre>
 *
 * Every file is written under a temporary name and renamed.
 */
public final class RunDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  /** The file that says what the run is. */
  public static final String RECORD = "run.json";

  /** The file of the outcome. */
  public static final String RESULT = "result.json";

  /** The file that says why the run could not continue. */
  public static final String FAILURE = "failure.txt";

  private static final String CHECKPOINTS = "checkpoints";
  private static final String TENSORBOARD = "tensorboard";

  private final FileSystem fileSystem;
  private final Path root;
  private final boolean isNew;

  private final Set<String> filesToWithdraw = new TreeSet<>();

  private final EpochMetricsFiles metrics;
  private RunRecord record;

  private RunDirectory(FileSystem fileSystem, Path root, boolean isNew, RunRecord record) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.isNew = isNew;
    this.metrics = new EpochMetricsFiles(fileSystem, root);
    this.record = record;
  }

  /**
   * Starts a run in a new or empty folder, or resumes the run that the folder holds.
   *
   * @throws BadInputException if the folder holds a run of another configuration or data set, the
   *     first difference being named, or one that is not complete on images that were decoded to
   *     other pixels, or holds something else
   * @throws IOException if the file system fails
   */
  public static RunDirectory startOrResume(FileSystem fileSystem, Path root, RunRecord record)
      throws IOException {
    return startOrResume(fileSystem, root, held -> record);
  }

  /**
   * As {@link #startOrResume(FileSystem, Path, RunRecord)}, where what the folder holds has a say.
   *
   * @param recordBeside what the run is, given the record that the folder holds, if it holds one
   */
  public static RunDirectory startOrResume(
      FileSystem fileSystem, Path root, Function<Optional<RunRecord>, RunRecord> recordBeside)
      throws IOException {
    Optional<RunDirectory> found = resume(fileSystem, root, recordBeside);
    if (found.isPresent()) {
      return found.get();
    }
    FileSystem plain = DurableFile.plain(fileSystem);
    Path folder = plain.makeQualified(root);
    RunRecord begun = recordBeside.apply(Optional.empty()).begun();
    new TextFiles(plain, folder).writeNew(RECORD, begun.toJson());
    return new RunDirectory(plain, folder, /* isNew= */ true, begun);
  }

  /**
   * The run that the folder holds, to resume it; empty if a new one may begin there. Writes
   * nothing.
   *
   * @param recordBeside as of {@link #startOrResume(FileSystem, Path, Function)}
   * @throws BadInputException as {@link #startOrResume(FileSystem, Path, RunRecord)}
   */
  public static Optional<RunDirectory> resume(
      FileSystem fileSystem, Path root, Function<Optional<RunRecord>, RunRecord> recordBeside)
      throws IOException {
    FileSystem plain = DurableFile.plain(fileSystem);
    Path folder = plain.makeQualified(root);
    TextFiles files = new TextFiles(plain, folder);
    Set<String> names = files.names();
    Optional<RunRecord> recorded = names.contains(RECORD) ? read(plain, folder) : Optional.empty();
    if (recorded.isEmpty()) {
      files.requireEmpty("run", names);
      return Optional.empty();
    }
    RunRecord record = recordBeside.apply(recorded);
    RunComparison comparison = new RunComparison(recorded.get(), record);
    Optional<String> difference = comparison.difference();
    if (difference.isPresent()) {
      throw new BadInputException(
          folder
              + " holds a run of another configuration: "
              + difference.get()
              + "; choose another folder, or the run's own settings to resume it");
    }
    Optional<String> decoding = comparison.decodingDifference();
    if (decoding.isPresent() && !names.contains(RESULT)) {
      throw new BadInputException(
          "%s holds a run that was trained on other pixels of its image files: %s; complete it with the program that began it, or start from its weights, with --from, in another folder"
              .formatted(folder, decoding.get()));
    }
    comparison
        .environmentDifference()
        .ifPresent(
            change ->
                LOG.warn(
                    "Resuming the run in {} in another environment: {}; results may differ in"
                        + " their last bits",
                    folder,
                    change));
    return Optional.of(new RunDirectory(plain, folder, /* isNew= */ false, recorded.get()));
  }

  /**
   * Opens the run that a folder holds.
   *
   * @throws BadInputException if it holds none
   * @throws IOException if the file system fails
   */
  public static RunDirectory existing(FileSystem fileSystem, Path root) throws IOException {
    FileSystem plain = DurableFile.plain(fileSystem);
    Path folder = plain.makeQualified(root);
    RunRecord record =
        read(plain, folder)
            .orElseThrow(
                () ->
                    new BadInputException(
                        folder + " holds no run: it has no " + RECORD + "; give a run's folder"));
    return new RunDirectory(plain, folder, /* isNew= */ false, record);
  }

  /**
   * Takes back a run that has begun with this object, in an empty folder, if it has neither a
   * checkpoint, not even a damaged one, nor metrics: nothing of it stays, and what it did not write
   * does. For whoever holds the folder.
   *
   * @throws IOException if the file system fails
   */
  public void withdraw() throws IOException {
    TextFiles files = new TextFiles(fileSystem, root);
    Path checkpoints = checkpoints().folder();
    if (!isNew
        || files.names().contains(EpochMetricsFiles.FOLDER)
        || !new TextFiles(fileSystem, checkpoints).names().isEmpty()) {
      return;
    }
    fileSystem.delete(checkpoints, /* recursive= */ true);
    // Last the record, so that a crash leaves a run, which can be resumed.
    filesToWithdraw.remove(RECORD);
    for (String name : filesToWithdraw) {
      files.delete(name);
    }
    files.delete(RECORD);
  }

  /** Whether a folder holds a run. */
  public static boolean isRun(FileSystem fileSystem, Path root) throws IOException {
    // Not whether the file exists: while it is replaced, it may have another name.
    return readText(fileSystem, new Path(root, RECORD)).isPresent();
  }

  private static Optional<RunRecord> read(FileSystem fileSystem, Path root) throws IOException {
    Path path = new Path(root, RECORD);
    try {
      return readText(fileSystem, path).map(RunRecord::fromJson);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "Cannot use " + path + ": " + e.getMessage() + "; restore it, or choose another folder",
          e);
    }
  }

  /** Where the run is. */
  public Path root() {
    return root;
  }

  /** Whether it has begun with this object: then it has no result, and nothing to resume from. */
  public boolean isNew() {
    return isNew;
  }

  /** What the run is, as recorded when it started, and what has computed it. */
  public RunRecord record() {
    return record;
  }

  /** What the run that a folder holds is, if it holds one. */
  public static Optional<RunRecord> recordOf(FileSystem fileSystem, Path root) throws IOException {
    return read(DurableFile.plain(fileSystem), root);
  }

  /**
   * Records what computes from a round on; writes nothing if it is what computed before.
   *
   * @param round from 1
   */
  public void recordEngine(long round, String engine) throws IOException {
    RunRecord now = record.withEngine(round, engine);
    if (!now.equals(record)) {
      write(RECORD, now.toJson());
      record = now;
    }
  }

  /**
   * Opens the run's checkpoints for the one process that trains it, and removes what a killed one
   * left of any file of the run.
   */
  public CheckpointWriter writeCheckpoints() throws IOException {
    if (isNew) {
      return CheckpointWriter.beginNew(checkpoints());
    }
    for (Path folder :
        List.of(root, new Path(root, EpochMetricsFiles.FOLDER), new Path(root, TENSORBOARD))) {
      Leftovers.remove(fileSystem, folder);
    }
    return CheckpointWriter.begin(checkpoints());
  }

  /** Where a checkpoint of the run in a folder is. */
  public static Path checkpoint(Path root, String name) {
    return new Path(new Path(root, CHECKPOINTS), name);
  }

  /** Whether a folder is where a checkpoint of a run would be, whatever is in it. */
  public static boolean isPlaceOfCheckpoint(FileSystem fileSystem, Path folder) throws IOException {
    Path parent = folder.getParent();
    return CheckpointVerifier.round(folder) >= 0
        && parent.getName().equals(CHECKPOINTS)
        && isRun(fileSystem, parent.getParent());
  }

  /** Where the run's files are. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /** The run's checkpoints. */
  public CheckpointStore checkpoints() {
    return new CheckpointStore(fileSystem, new Path(root, CHECKPOINTS), record.id());
  }

  /** The metrics of the run's epochs. */
  public EpochMetricsFiles metrics() {
    return metrics;
  }

  /** Writes the run's outcome, in place of an earlier one. */
  public void writeResult(String json) throws IOException {
    write(RESULT, json);
  }

  /** Returns the run's outcome, if it has one. */
  public Optional<String> result() throws IOException {
    return readText(fileSystem, new Path(root, RESULT));
  }

  /** Records why the run could not continue, in one line. */
  public void writeFailure(String reason) throws IOException {
    write(FAILURE, reason + "\n");
  }

  /** Returns why the run could not continue, if that was recorded. */
  public Optional<String> failure() throws IOException {
    return readText(fileSystem, new Path(root, FAILURE)).map(String::strip);
  }

  /** Forgets the recorded failure of the run in a folder, if there is one. */
  public static void clearFailure(FileSystem fileSystem, Path root) throws IOException {
    new TextFiles(fileSystem, root).delete(FAILURE);
  }

  /**
   * Writes a file of the run, in place of an earlier one; see {@link TextFiles}.
   *
   * @param name relative to the run's folder
   */
  public void write(String name, String text) throws IOException {
    filesToWithdraw.add(name);
    new TextFiles(fileSystem, root).write(name, text);
  }

  /**
   * As {@link #write(String, String)}, of what is no text.
   *
   * @param name relative to the run's folder
   */
  public void write(String name, FileContent content) throws IOException {
    filesToWithdraw.add(name);
    new TextFiles(fileSystem, root).write(name, content);
  }

  /** Returns a file of the run, if there is one. */
  public Optional<String> read(String name) throws IOException {
    return readText(fileSystem, new Path(root, name));
  }

  private static Optional<String> readText(FileSystem fileSystem, Path path) throws IOException {
    return new TextFiles(fileSystem, path.getParent()).read(path.getName());
  }
}
