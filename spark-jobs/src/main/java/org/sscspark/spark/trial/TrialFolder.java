package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.EpochMetricsFiles;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.train.TrainOutcome;
import org.sscspark.storage.Storage;
import org.sscspark.storage.TextFiles;

/** What a trial has left in its folder. */
public final class TrialFolder {
  /** How far a trial is. */
  public enum State {
    /** It has not begun. */
    WAITING,
    /** It has begun, and is running or was interrupted. */
    UNFINISHED,
    /** It has trained all its epochs. */
    DONE,
    /** It could not continue; the next start tries again from its newest checkpoint. */
    FAILED
  }

  private final FileSystem fileSystem;
  private final Path path;

  public TrialFolder(Configuration configuration, URI folder) {
    this.fileSystem = Storage.fileSystem(configuration, folder);
    this.path = new Path(folder);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The names of the trials below a root that have begun, by one listing. */
  public static Set<String> begun(Configuration configuration, URI root) throws IOException {
    Set<String> names = new HashSet<>();
    try {
      for (FileStatus one :
          Storage.fileSystem(configuration, root).listStatus(new Path(root + "/trials"))) {
        names.add(one.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return Set.of();
    }
    return names;
  }

  /** The metrics of an epoch, from 1, if it is complete. */
  public Optional<JsonNode> metrics(int epoch) throws IOException {
    return new EpochMetricsFiles(fileSystem, path).read(epoch);
  }

  /**
   * The run, which has begun.
   *
   * @throws BadInputException if it has not
   */
  RunDirectory existing() throws IOException {
    return RunDirectory.existing(fileSystem, path);
  }

  /** The metrics of all complete epochs. */
  public List<JsonNode> metrics() throws IOException {
    return new EpochMetricsFiles(fileSystem, path).all();
  }

  /**
   * Checks that what the trial has left is whole: metrics of one epoch after the other, and of all
   * of them and a result if it is done.
   *
   * @param state what {@link #state} has said
   * @param whole epochs of a trial that is done
   * @return the metrics
   * @throws BadInputException if something is missing or damaged
   */
  public List<JsonNode> requireSound(State state, int whole) throws IOException {
    List<JsonNode> epochs = metrics();
    int expected = state == State.DONE ? whole : epochs.size();
    for (int epoch = 1; epoch <= expected; epoch++) {
      if (epoch > epochs.size() || epochs.get(epoch - 1).path("epoch").asInt() != epoch) {
        throw damaged(EpochMetricsFiles.name(epoch), "is missing, or not that of its epoch");
      }
    }
    if (state == State.DONE && !TrainOutcome.isOf(existing(), whole)) {
      throw damaged(RunDirectory.RESULT, "is no result of %s epochs".formatted(whole));
    }
    return epochs;
  }

  private BadInputException damaged(String file, String complaint) {
    return new BadInputException(
        "The trial %s is damaged: %s %s; restore it, or remove the trial's folder and start the same command again"
            .formatted(path, file, complaint));
  }

  /** How far the trial is, by one listing. */
  public State state() throws IOException {
    Set<String> names = new TextFiles(fileSystem, path).names();
    if (!names.contains(RunDirectory.RECORD)) {
      return State.WAITING;
    }
    if (names.contains(RunDirectory.RESULT)) {
      return State.DONE;
    }
    return names.contains(RunDirectory.FAILURE) ? State.FAILED : State.UNFINISHED;
  }

  /** Forgets an earlier failure, because the trial is tried again. */
  void clearFailure() throws IOException {
    RunDirectory.clearFailure(fileSystem, path);
  }

  /** Records why the trial cannot continue. One that failed before it began leaves no trace. */
  void writeFailure(String reason) throws IOException {
    if (RunDirectory.isRun(fileSystem, path)) {
      existing().writeFailure(reason);
    }
  }
}
