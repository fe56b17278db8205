package org.sscspark.spark.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.Checkpoint;
import org.sscspark.checkpoint.RunDirectory;

/**
 * How a run ended; the content of {@code result.json}. Numbers that were not measured are null.
 *
 * @param model the network's name
 * @param method how its weights were chosen
 * @param density kept over prunable weights of the dense network
 * @param parameters kept weights, biases, scales and shifts
 * @param epochs complete epochs
 * @param epochsLeft epochs that a pause has left to do; null of a complete run
 * @param rounds complete averaging rounds
 * @param trainLoss the mean loss of the last epoch, while parameters moved
 * @param trainAccuracy the share of right answers of the last epoch
 * @param testAccuracy of the last epoch, if there was a test set
 * @param averageTestAccuracy of the last epoch's moving average, if there was one and a test set
 * @param bestTestAccuracy of the best epoch, if there was a test set
 * @param imagesPerSecond training images a second in the last epoch
 * @param engine what computed, with every change; null of runs that began before that was recorded
 * @param checkpoint the last checkpoint
 */
public record TrainOutcome(
    String model,
    String method,
    double density,
    int parameters,
    int epochs,
    @JsonInclude(JsonInclude.Include.NON_NULL) Integer epochsLeft,
    long rounds,
    double trainLoss,
    double trainAccuracy,
    Double testAccuracy,
    Double averageTestAccuracy,
    Double bestTestAccuracy,
    double imagesPerSecond,
    String engine,
    String checkpoint) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Has the result of a run whose folder was copied or moved name the checkpoint that is there.
   *
   * @param run the copy
   * @param place the folder that it has, or will have
   */
  public static void settle(RunDirectory run, Path place) throws IOException {
    Optional<String> result = run.result();
    if (result.isPresent()) {
      run.writeResult(fromJson(result.get()).at(place).toJson());
    }
  }

  /**
   * Whether a run has a result, and of so many epochs.
   *
   * @return false also if the result cannot be read
   */
  public static boolean isOf(RunDirectory run, int epochs) throws IOException {
    try {
      return run.result()
          .map(TrainOutcome::fromJson)
          .filter(one -> one.epochs == epochs)
          .isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The last checkpoint of a run that has a result, if it is another one than the newest of now, so
   * that it cannot be used any more.
   *
   * @param newest the newest valid checkpoint
   * @return empty also if the result cannot be read
   */
  public static Optional<Path> lost(RunDirectory run, Optional<Checkpoint> newest)
      throws IOException {
    try {
      return run.result()
          .map(TrainOutcome::fromJson)
          .map(one -> new Path(one.checkpoint).getName())
          .filter(last -> !newest.map(one -> one.folder().getName()).equals(Optional.of(last)))
          .map(last -> RunDirectory.checkpoint(run.root(), last));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The outcome of the run in this folder, wherever the run was when it ended. */
  TrainOutcome at(Path place) {
    return new TrainOutcome(
        model,
        method,
        density,
        parameters,
        epochs,
        epochsLeft,
        rounds,
        trainLoss,
        trainAccuracy,
        testAccuracy,
        averageTestAccuracy,
        bestTestAccuracy,
        imagesPerSecond,
        engine,
        RunDirectory.checkpoint(place, new Path(checkpoint).getName()).toString());
  }

  /** One document of JSON. */
  String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a result as JSON", e);
    }
  }

  /** Reads {@link #toJson}. */
  static TrainOutcome fromJson(String json) {
    try {
      TrainOutcome outcome = JSON.readValue(json, TrainOutcome.class);
      if (outcome == null || outcome.model == null || outcome.checkpoint == null) {
        throw new IllegalArgumentException(
            "Not a run's result: it names no model or no checkpoint");
      }
      return outcome;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not a run's result: " + e.getOriginalMessage(), e);
    }
  }

  /** The outcome as a line of text. */
  public String toText() {
    String test =
        testAccuracy == null
            ? ""
            : String.format(Locale.ROOT, ", test accuracy %.2f %%", 100 * testAccuracy)
                // A network that will be pruned has no best one.
                + (bestTestAccuracy == null
                    ? ""
                    : String.format(Locale.ROOT, " (best %.2f %%)", 100 * bestTestAccuracy));
    String average =
        averageTestAccuracy == null
            ? ""
            : String.format(Locale.ROOT, ", of the average %.2f %%", 100 * averageTestAccuracy);
    return String.format(
        Locale.ROOT,
        "Trained %s for %s epochs: loss %.4f, accuracy %.2f %%%s%s, %,.0f images/s%n%sCheckpoint %s%s",
        model,
        epochsLeft == null ? epochs : epochs + " of " + (epochs + epochsLeft),
        trainLoss,
        100 * trainAccuracy,
        test,
        average,
        imagesPerSecond,
        engine == null ? "" : "Computed with " + engine + "\n",
        checkpoint,
        epochsLeft == null
            ? ""
            : "\nPaused, as train.stop-after says: a larger number, or none, resumes it");
  }
}
