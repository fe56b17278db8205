package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.CheckpointStore;
import org.sscspark.checkpoint.RunDirectory;
import org.sscspark.network.NetworkSummary;
import org.sscspark.spark.evaluate.SavedModel;
import org.sscspark.storage.FileDigest;
import org.sscspark.training.MetricsJson;

/**
 * What a trial's folder says of it, now.
 *
 * @param failure why it could not continue, if it failed
 * @param environment engine and versions, once it has begun
 * @param epochs the metrics of each complete epoch, as {@link MetricsJson} writes them
 * @param network the trained network, once there is a checkpoint of it; not of all weights that are
 *     yet to be pruned
 */
public record TrialResult(
    Trial trial,
    TrialFolder.State state,
    Optional<String> failure,
    SortedMap<String, String> environment,
    List<JsonNode> epochs,
    Optional<TrialNetwork> network) {
  public TrialResult {
    environment = new TreeMap<>(environment);
    epochs = List.copyOf(epochs);
  }

  /**
   * Reads what there is.
   *
   * @throws org.sscspark.config.BadInputException if some of it is missing or damaged
   */
  public static TrialResult of(Configuration configuration, URI root, Trial trial)
      throws IOException {
    TrialFolder folder = new TrialFolder(configuration, trial.folder(root));
    TrialFolder.State state = folder.state();
    if (state == TrialFolder.State.WAITING) {
      return waiting(trial);
    }
    RunDirectory run = folder.existing();
    List<JsonNode> epochs = folder.requireSound(state, trial.experiment().train().epochs());
    return new TrialResult(
        trial,
        state,
        state == TrialFolder.State.FAILED ? run.failure() : Optional.empty(),
        run.record().told(),
        epochs,
        isDense(trial, epochs) ? Optional.empty() : trained(trial, run.checkpoints()));
  }

  /** One that has not begun. */
  public static TrialResult waiting(Trial trial) {
    return new TrialResult(
        trial,
        TrialFolder.State.WAITING,
        Optional.empty(),
        new TreeMap<>(),
        List.of(),
        Optional.empty());
  }

  /** Whether the network is, or may be, still that of all weights, and is not to stay it. */
  private static boolean isDense(Trial trial, List<JsonNode> epochs) {
    int dense = trial.experiment().denseEpochs();
    return dense > 0 && epochs.size() <= dense;
  }

  private static Optional<TrialNetwork> trained(Trial trial, CheckpointStore store)
      throws IOException {
    Optional<Checkpoint> newest = newest(store);
    while (newest.isPresent()) {
      try {
        return Optional.of(trained(trial, store, newest.get()));
      } catch (FileNotFoundException e) {
        // The trial runs: it has a newer one by now and has removed this one.
        Optional<Checkpoint> before = newest;
        newest = newest(store);
        if (newest.equals(before)) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Checkpoint> newest(CheckpointStore store) throws IOException {
    List<Checkpoint> checkpoints = store.list();
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.get(checkpoints.size() - 1));
  }

  private static TrialNetwork trained(Trial trial, CheckpointStore store, Checkpoint newest)
      throws IOException {
    return TrialNetwork.of(
        NetworkSummary.of(SavedModel.network(store, newest)),
        TrialNetwork.Dense.of(trial),
        newest.manifest().files().stream().mapToLong(FileDigest::lengthBytes).sum());
  }

  /**
   * The same with what ended the trial before it began, of which its folder says nothing.
   *
   * @param reason if it failed in the start that is told of
   */
  public TrialResult orFailed(Optional<String> reason) {
    return state == TrialFolder.State.WAITING && reason.isPresent()
        ? new TrialResult(trial, TrialFolder.State.FAILED, reason, environment, epochs, network)
        : this;
  }

  /** Whether the trial has trained all its epochs. */
  public boolean isDone() {
    return state == TrialFolder.State.DONE;
  }

  /** Accuracy on the test set after the last complete epoch. */
  public OptionalDouble lastAccuracy() {
    return accuracies().reduce((before, last) -> last);
  }

  /** The highest accuracy on the test set after any epoch: chosen by looking at the test set. */
  public OptionalDouble bestAccuracy() {
    return accuracies().max();
  }

  /** Of the network that is compared: not of all weights, before they were pruned. */
  private DoubleStream accuracies() {
    return epochs.stream()
        .filter(epoch -> epoch.path("epoch").asInt() > trial.experiment().denseEpochs())
        .filter(epoch -> epoch.has("evaluation"))
        .mapToDouble(epoch -> epoch.path("evaluation").path("accuracy").asDouble());
  }

  /**
   * Seconds of training one epoch, on average over the epochs, without evaluation. An epoch that
   * was interrupted counts by the rate of the images that were timed.
   */
  public OptionalDouble secondsPerEpoch() {
    return seconds().average();
  }

  /** Seconds of training all epochs so far, as {@link #secondsPerEpoch}. */
  public OptionalDouble trainingSeconds() {
    return secondsPerEpoch().isPresent()
        ? OptionalDouble.of(seconds().sum())
        : OptionalDouble.empty();
  }

  private DoubleStream seconds() {
    return epochs.stream()
        .mapToDouble(
            epoch -> epoch.path("examples").asDouble() / epoch.path("imagesPerSecond").asDouble())
        .filter(Double::isFinite);
  }

  /** Multiply-adds of the whole training, {@link Trial#trainingMacs}, once the network is known. */
  public Optional<Double> trainingMacs() {
    return network.map(trained -> trial.trainingMacs(0, trained.dense().macs(), trained.macs()));
  }
}
