package org.sscspark.spark.evaluate;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.config.BadInputException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.storage.FileDigest;

/**
 * A valid checkpoint that a user pointed at.
 *
 * @param name what to call it in a table: its run's folder, or its own
 * @param run the run it belongs to, if its folder lies in one
 * @param chosenBy what chose it among those of its run; empty if it was named
 * @param parameters which of its parameters {@link #model} has
 */
public record FoundCheckpoint(
    String name,
    CheckpointStore store,
    Checkpoint checkpoint,
    Optional<RunDirectory> run,
    Optional<CheckpointSearch> chosenBy,
    ParameterChoice parameters) {
  /** Makes something of a checkpoint's files. */
  @FunctionalInterface
  public interface Reading<T> {
    T of(FoundCheckpoint found) throws IOException;
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
      if (chosenBy.isEmpty() || run.isEmpty()) {
        throw e;
      }
      RunDirectory of = run.get();
      FoundCheckpoint now;
      try {
        now = chosenBy.get().chosenOf(of.fileSystem(), of.root());
      } catch (BadInputException gone) {
        throw new RunGoneException(gone);
      }
      if (now.checkpoint.equals(checkpoint)) {
        throw e;
      }
      return now.read(reading);
    }
  }

  /** Whether it has the parameters that are asked for, as all have those as trained. */
  boolean hasParameters() throws IOException {
    return switch (parameters) {
      case TRAINED -> true;
      case AVERAGE -> SavedModel.hasAverage(store, checkpoint);
    };
  }

  /**
   * Checks that it has the parameters that are asked for.
   *
   * @throws BadInputException if not
   */
  void requireParameters() throws IOException {
    if (!hasParameters()) {
      throw withoutAverage();
    }
  }

  private BadInputException withoutAverage() {
    return new BadInputException(
        checkpoint.folder()
            + " has no moving average of its parameters: it was trained without"
            + " train.ema.decay; leave out --parameters average");
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
      case AVERAGE -> model.averaged().orElseThrow(this::withoutAverage);
    };
  }

  /** The name of its run's folder; its own if it lies in none. */
  String runName() {
    return run.map(RunDirectory::root).orElse(checkpoint.folder()).getName();
  }

  /** Whether the location was the checkpoint's own, and not that of its run. */
  public boolean isNamed() {
    return chosenBy.isEmpty();
  }

  /** The bytes of the checkpoint's files. */
  public long lengthBytes() {
    return checkpoint.manifest().files().stream().mapToLong(FileDigest::lengthBytes).sum();
  }
}
