package org.sscspark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.StoredInput;

/**
 * The checkpoints of one run, in a folder of any Hadoop file system, which need not exist. A
 * checkpoint is a folder {@code round-NNNNNNNN} of files and a {@link CheckpointManifest}, whole or
 * not there at all: {@link CheckpointWriter} makes them. One store is for one thread.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  /** How often checkpoints may be removed while a valid one is looked for. */
  private static final int REMOVALS = 20;

  private final FileSystem fileSystem;
  private final Path folder;
  private final Optional<String> run;
  private final CheckpointVerifier verifier;

  /** The checkpoints in a folder, which may be anybody's. */
  public CheckpointStore(FileSystem fileSystem, Path folder) {
    this(fileSystem, folder, Optional.empty());
  }

  /**
   * The checkpoints of a run in a folder. One that says that it is of another run is passed over as
   * a damaged one is.
   *
   * @param run the run's {@link RunRecord#id}, if it has one
   */
  CheckpointStore(FileSystem fileSystem, Path folder, Optional<String> run) {
    this.fileSystem = DurableFile.plain(fileSystem);
    this.folder = this.fileSystem.makeQualified(folder);
    this.run = run;
    this.verifier = new CheckpointVerifier(this.fileSystem, run);
  }

  /** The file system of the folder. */
  FileSystem fileSystem() {
    return fileSystem;
  }

  /** The run that they are of, if that is known. */
  Optional<String> run() {
    return run;
  }

  /** Where the checkpoints are. */
  public Path folder() {
    return folder;
  }

  /**
   * Returns the newest checkpoint whose files are all what their manifest says. Newer ones that are
   * damaged are named in a warning and passed over.
   *
   * @throws IOException if the file system fails for another reason than damage
   */
  public Optional<Checkpoint> newestValid() throws IOException {
    return firstValid(() -> newestFirst(children()), REMOVALS);
  }

  /**
   * Returns the valid checkpoint with the highest score, the earliest of equals; empty if none has
   * a score.
   *
   * @throws IOException if the file system fails for another reason than damage
   */
  public Optional<Checkpoint> best() throws IOException {
    return best(Checkpoint::score);
  }

  /**
   * As {@link #best()}, by other scores.
   *
   * @param score of a checkpoint, if it has one
   */
  public Optional<Checkpoint> best(Function<Checkpoint, Optional<Double>> score)
      throws IOException {
    return firstValid(() -> bestFirst(list(), score), REMOVALS);
  }

  /**
   * Returns the checkpoint in one folder of this store.
   *
   * @throws BadInputException if it is not there or is damaged
   * @throws IOException if the file system fails for another reason than damage
   */
  public Checkpoint named(String name) throws IOException {
    Path path = new Path(folder, name);
    if (!fileSystem.exists(path)) {
      throw new BadInputException("No checkpoint " + path + "; 'inspect' on the run lists them");
    }
    try {
      return verifier.verified(path);
    } catch (DamagedException e) {
      throw new BadInputException(
          "Checkpoint " + path + " is " + e.fault() + "; choose another of its run", e);
    }
  }

  /**
   * Returns every committed checkpoint of the run with a readable manifest, oldest first; files are
   * not verified.
   */
  public List<Checkpoint> list() throws IOException {
    return list(REMOVALS);
  }

  /** A running process that removes a checkpoint has made others, so they are listed again. */
  private List<Checkpoint> list(int removals) throws IOException {
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (Path path : newestFirst(children())) {
      try {
        checkpoints.add(0, new Checkpoint(path, verifier.manifest(path)));
      } catch (DamagedException e) {
        if (removals > 0 && !fileSystem.exists(path)) {
          return list(removals - 1);
        }
        warn(path, e);
      }
    }
    return checkpoints;
  }

  /**
   * Returns what is known of every committed checkpoint, oldest first, by its manifest and the
   * lengths of its files. One that a running process removes meanwhile is left out.
   */
  public List<CheckpointState> states() throws IOException {
    List<CheckpointState> states = new ArrayList<>();
    for (Path path : newestFirst(children())) {
      try {
        Checkpoint whole = verifier.measured(path);
        states.add(0, new CheckpointState(path, Optional.of(whole), Optional.empty()));
      } catch (DamagedException e) {
        if (!fileSystem.exists(path)) {
          continue;
        }
        states.add(0, new CheckpointState(path, Optional.empty(), Optional.of(e.fault())));
      }
    }
    return states;
  }

  /**
   * Opens a file of a checkpoint.
   *
   * @throws IllegalArgumentException if the checkpoint has no such file
   */
  public InputStream open(Checkpoint checkpoint, String name) throws IOException {
    return StoredInput.open(fileSystem, checkpoint.file(name));
  }

  /** Folders of checkpoints, as they are now. */
  private interface Listing {
    List<Path> paths() throws IOException;
  }

  private Optional<Checkpoint> firstValid(Listing listing, int removals) throws IOException {
    for (Path path : listing.paths()) {
      try {
        return Optional.of(verifier.verified(path));
      } catch (DamagedException e) {
        if (removals > 0 && !fileSystem.exists(path)) {
          return firstValid(listing, removals - 1);
        }
        warn(path, e);
      }
    }
    return Optional.empty();
  }

  private static void warn(Path path, DamagedException e) {
    LOG.warn("Checkpoint {} is {}; it is passed over", path, e.fault());
  }

  /** Folders of those that have a score. */
  static List<Path> bestFirst(List<Checkpoint> checkpoints) {
    return bestFirst(checkpoints, Checkpoint::score);
  }

  private static List<Path> bestFirst(
      List<Checkpoint> checkpoints, Function<Checkpoint, Optional<Double>> score) {
    return checkpoints.stream()
        .filter(checkpoint -> score.apply(checkpoint).isPresent())
        .sorted(
            Comparator.comparing((Checkpoint one) -> -score.apply(one).orElseThrow())
                .thenComparing(Checkpoint::round))
        .map(Checkpoint::folder)
        .toList();
  }

  /** The committed checkpoints among what is in a store's folder. */
  static List<Path> newestFirst(FileStatus[] children) {
    List<Path> paths = new ArrayList<>();
    for (FileStatus child : children) {
      if (child.isDirectory() && CheckpointVerifier.round(child.getPath()) >= 0) {
        paths.add(child.getPath());
      }
    }
    paths.sort(Comparator.comparingLong(CheckpointVerifier::round).reversed());
    return paths;
  }

  /** What is in the folder. */
  FileStatus[] children() throws IOException {
    try {
      return fileSystem.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
