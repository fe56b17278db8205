package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sscspark.report.Progress;
import org.sscspark.search.Event;
import org.sscspark.search.Standing;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.WatchedTrials;

/** Says how far a sweep is: epochs with rate and time left, and {@link SweepStatus}. */
final class SweepProgress implements WatchedTrials.Speaker {
  private final Sweep sweep;
  private final SweepDriver driver;
  private final Progress.Stage stage;
  private final int epochsBefore;

  /**
   * Makes one for a sweep that is about to begin or continue.
   *
   * @param stage of {@link #epochsLeft}
   */
  SweepProgress(Sweep sweep, SweepDriver driver, Progress.Stage stage) {
    this.sweep = sweep;
    this.driver = driver;
    this.epochsBefore = ended(driver);
    this.stage = stage;
  }

  /** The epochs that are still to train, as far as it is known how many there will be; else 0. */
  static long epochsLeft(Sweep sweep, SweepDriver driver) {
    return Math.max(0, sweep.search().expectedEpochs().orElse(0) - ended(driver));
  }

  /** Epochs of jobs that have ended. */
  private static int ended(SweepDriver driver) {
    return driver.history().last().values().stream().mapToInt(Event::epochs).sum();
  }

  @Override
  public void say(Map<Trial, Optional<JsonNode>> running) {
    List<SweepStatus.Running> now = new ArrayList<>();
    int epochs = ended(driver) - epochsBefore;
    for (Map.Entry<Trial, Optional<JsonNode>> one : running.entrySet()) {
      SweepStatus.Running trial =
          SweepStatus.Running.of(driver.job(one.getKey()), one.getValue(), sweep.metric());
      int scored =
          Optional.ofNullable(driver.history().last().get(trial.job().trial()))
              .map(Event::epochs)
              .orElse(0);
      epochs += Math.max(0, trial.epochs() - scored);
      now.add(trial);
    }
    SweepStatus status =
        new SweepStatus(
            sweep, driver.timeLeft(), now, Standing.leaderboard(sweep.search(), driver.history()));
    stage.at(epochs, status.line(), status::lines);
  }
}
