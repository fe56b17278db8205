package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sscspark.report.Progress;
import org.sscspark.search.Event;
import org.sscspark.search.Standing;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFailure;
import org.sscspark.spark.trial.WatchedTrials;

/** Says how far a sweep is: epochs with rate and time left, and {@link SweepStatus}. */
final class SweepProgress implements WatchedTrials.Speaker {
  private final Sweep sweep;
  private final SweepDriver driver;
  private final Progress.Stage stage;
  private final int epochsBefore;

  /** Trials that run or ran, by their numbers. */
  private final Map<Trial, Integer> numbers = new HashMap<>();

  /** The epochs that trials told of which have failed since, by number. */
  private final Map<Integer, Integer> reached = new HashMap<>();

  /**
   * Makes one for a sweep that is about to begin or continue.
   *
   * @param stage of {@link #epochsLeft}
   */
  SweepProgress(Sweep sweep, SweepDriver driver, Progress.Stage stage) {
    this.sweep = sweep;
    this.driver = driver;
    this.epochsBefore = sum(trained());
    this.stage = stage;
  }

  /** The epochs that are still to train, as far as it is known how many there will be; else 0. */
  static long epochsLeft(Sweep sweep, SweepDriver driver) {
    long ended = driver.history().last().values().stream().mapToLong(Event::epochs).sum();
    return Math.max(0, sweep.search().expectedEpochs().orElse(0) - ended);
  }

  /** The epochs of trials that do not run: a failed job has not trained all of its own. */
  private Map<Integer, Integer> trained() {
    Map<Integer, Integer> epochs = new HashMap<>(reached);
    for (Event event : driver.history().events()) {
      if (event instanceof Event.Result result) {
        epochs.merge(result.trial(), result.epochs(), Math::max);
      }
    }
    return epochs;
  }

  private static int sum(Map<Integer, Integer> epochs) {
    return epochs.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void ended(Trial trial, Optional<JsonNode> last, Optional<TrialFailure> failure) {
    if (failure.isPresent() && last.isPresent() && numbers.containsKey(trial)) {
      reached.merge(numbers.get(trial), last.get().path("epoch").asInt(), Math::max);
    }
  }

  @Override
  public void say(Map<Trial, Optional<JsonNode>> running) {
    List<SweepStatus.Running> now = new ArrayList<>();
    Map<Integer, Integer> trained = trained();
    int epochs = sum(trained) - epochsBefore;
    for (Map.Entry<Trial, Optional<JsonNode>> one : running.entrySet()) {
      SweepStatus.Running trial =
          SweepStatus.Running.of(driver.job(one.getKey()), one.getValue(), sweep.metric());
      int number = trial.job().trial();
      numbers.put(one.getKey(), number);
      epochs += Math.max(0, trial.epochs() - trained.getOrDefault(number, 0));
      now.add(trial);
    }
    SweepStatus status =
        new SweepStatus(
            sweep, driver.timeLeft(), now, Standing.leaderboard(sweep.search(), driver.history()));
    stage.at(epochs, status.line(), status::lines);
  }
}
