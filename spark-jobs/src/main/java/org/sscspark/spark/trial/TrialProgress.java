package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.report.Progress;

/** Reports trials and epochs as they are told. */
public final class TrialProgress implements TrialWatch, AutoCloseable {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final int trials;
  private final Progress.Stage stage;
  private final Map<Trial, Integer> running = new LinkedHashMap<>();
  private final Map<Trial, Integer> before;
  private int ended;
  private int failed;
  private long epochsOfEnded;
  private long looked = System.nanoTime();

  /**
   * Begins to report.
   *
   * @param left the trials that are still to do, with the epochs that they have
   * @param done how many are done already
   */
  public TrialProgress(Map<Trial, Integer> left, int done, Progress progress) {
    this.trials = left.size() + done;
    this.ended = done;
    this.before = new LinkedHashMap<>(left);
    long epochs = 0;
    for (Map.Entry<Trial, Integer> one : left.entrySet()) {
      epochs += one.getKey().experiment().train().epochs() - one.getValue();
    }
    this.stage = progress.start("trials", epochs, "epochs");
  }

  @Override
  public void started(Trial trial) {
    running.put(trial, before.getOrDefault(trial, 0));
    report();
  }

  @Override
  public void epoch(Trial trial, JsonNode metrics) {
    running.put(trial, metrics.path("epoch").asInt());
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
    int had = before.getOrDefault(trial, 0);
    epochsOfEnded += Optional.ofNullable(running.remove(trial)).orElse(had) - had;
    ended++;
    failed += failure.isPresent() ? 1 : 0;
    report();
  }

  private void report() {
    long epochs = epochsOfEnded;
    for (Map.Entry<Trial, Integer> one : running.entrySet()) {
      epochs += one.getValue() - before.getOrDefault(one.getKey(), 0);
    }
    String now =
        running.entrySet().stream()
            .map(
                one ->
                    String.format(
                        Locale.ROOT,
                        "%s %d/%d",
                        one.getKey().alias(),
                        one.getValue(),
                        one.getKey().experiment().train().epochs()))
            .collect(Collectors.joining(", "));
    stage.at(
        epochs,
        String.format(
            Locale.ROOT,
            "%d/%d trials%s%s",
            ended,
            trials,
            failed == 0 ? "" : " (" + failed + " failed)",
            now.isEmpty() ? "" : ": " + now));
  }

  @Override
  public void close() {
    stage.close();
  }
}
