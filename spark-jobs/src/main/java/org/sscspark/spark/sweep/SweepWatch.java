package org.sscspark.spark.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sscspark.report.Progress;
import org.sscspark.search.Event;
import org.sscspark.search.Standing;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFailure;
import org.sscspark.spark.trial.TrialWatch;

/** Says how far a sweep is: epochs with rate and time left, and {@link SweepStatus}. */
final class SweepWatch implements TrialWatch, AutoCloseable {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final Sweep sweep;
  private final SweepDriver driver;
  private final Progress.Stage stage;
  private final int epochsBefore;

  /** The metrics of the last epoch of each trial under way, if it has one. */
  private final Map<Trial, Optional<JsonNode>> running = new LinkedHashMap<>();

  private long looked = System.nanoTime();

  SweepWatch(Sweep sweep, SweepDriver driver, Progress progress) {
    this.sweep = sweep;
    this.driver = driver;
    this.epochsBefore = ended();
    long total = sweep.search().expectedEpochs().orElse(0);
    this.stage = progress.start("sweep", Math.max(0, total - epochsBefore), "epochs");
  }

  @Override
  public void started(Trial trial) {
    running.put(trial, Optional.empty());
    report();
  }

  @Override
  public void epoch(Trial trial, JsonNode metrics) {
    running.put(trial, Optional.of(metrics));
    report();
  }

  @Override
  public void look() {
    long now = System.nanoTime();
    if (now - looked >= INTERVAL_NANOS) {
      looked = now;
      report();
    }
  }

  @Override
  public void ended(Trial trial, Optional<TrialFailure> failure) {
    running.remove(trial);
    report();
  }

  /** Epochs of jobs that have ended. */
  private int ended() {
    return driver.history().last().values().stream().mapToInt(Event::epochs).sum();
  }

  private void report() {
    List<SweepStatus.Running> now = new ArrayList<>();
    int epochs = ended() - epochsBefore;
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

  @Override
  public void close() {
    stage.close();
  }
}
