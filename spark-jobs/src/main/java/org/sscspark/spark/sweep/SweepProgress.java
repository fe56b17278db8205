package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.sscspark.report.Progress;
import org.sscspark.search.Event;
import org.sscspark.search.History;
import org.sscspark.search.Job;
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

  /** The epochs that trials which do not run have trained: a failed job not all its own. */
  private final Tally trained = new Tally();

  /** The epochs that are not to come any more: of a failed job all its own. */
  private final Tally over = new Tally();

  /** How many of the history's events are in both. */
  private int read;

  /** As the stage has it. */
  private long total;

  /** Trials that run or ran, by their numbers. */
  private final Map<Trial, Integer> numbers = new HashMap<>();

  /** Epochs of trials, by number, with their sum. */
  private static final class Tally {
    private final Map<Integer, Integer> epochs = new HashMap<>();
    private int sum;

    int of(int trial) {
      return epochs.getOrDefault(trial, 0);
    }

    void raise(int trial, int to) {
      int more = to - of(trial);
      if (more > 0) {
        epochs.put(trial, to);
        sum += more;
      }
    }
  }

  /**
   * Makes one for a sweep that is about to begin or continue.
   *
   * @param stage of {@link #epochsLeft}
   */
  SweepProgress(Sweep sweep, SweepDriver driver, Progress.Stage stage) {
    this.sweep = sweep;
    this.driver = driver;
    this.stage = stage;
    readOn();
    this.epochsBefore = trained.sum;
    this.total = epochsLeft(sweep, driver);
  }

  /** The epochs that are still to train, as far as it is known how many there will be; else 0. */
  static long epochsLeft(Sweep sweep, SweepDriver driver) {
    long ended = driver.history().last().values().stream().mapToLong(Event::epochs).sum();
    return Math.max(0, sweep.search().expectedEpochs().orElse(0) - ended);
  }

  private void readOn() {
    List<Event> events = driver.history().events();
    for (Event event : events.subList(read, events.size())) {
      if (event instanceof Event.Result) {
        trained.raise(event.trial(), event.epochs());
      }
      if (!(event instanceof Job)) {
        over.raise(event.trial(), event.epochs());
      }
    }
    read = events.size();
  }

  @Override
  public void ended(Trial trial, Optional<JsonNode> last, Optional<TrialFailure> failure) {
    if (failure.isPresent() && last.isPresent() && numbers.containsKey(trial)) {
      trained.raise(numbers.get(trial), last.get().path("epoch").asInt());
    }
  }

  @Override
  public void say(Map<Trial, Optional<JsonNode>> running) {
    readOn();
    List<SweepStatus.Running> now = new ArrayList<>();
    int more = 0;
    for (Map.Entry<Trial, Optional<JsonNode>> one : running.entrySet()) {
      SweepStatus.Running trial =
          SweepStatus.Running.of(driver.job(one.getKey()), one.getValue(), sweep.metric());
      int number = trial.job().trial();
      numbers.put(one.getKey(), number);
      more += Math.max(0, trial.epochs() - trained.of(number));
      now.add(trial);
    }
    History history = driver.history();
    Optional<Duration> timeLeft = driver.timeLeft();
    Supplier<SweepStatus> status =
        () -> new SweepStatus(sweep, timeLeft, now, Standing.leaderboard(sweep.search(), history));
    int epochs = trained.sum - epochsBefore + more;
    if (total > 0) {
      long toCome = sweep.search().expectedEpochs().orElse(0) - over.sum - more;
      total = Math.min(total, epochs + Math.max(0, toCome));
      stage.total(total);
    }
    stage.at(epochs, () -> status.get().line(), () -> status.get().lines());
  }
}
