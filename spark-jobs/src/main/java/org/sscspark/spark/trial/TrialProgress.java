package org.sscspark.spark.trial;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.report.Progress;

/** Reports trials and epochs as the trials' folders show them. */
public final class TrialProgress implements TrialWatch, AutoCloseable {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final Configuration configuration;
  private final URI root;
  private final int trials;
  private final Progress.Stage stage;
  private final Map<Trial, Integer> running = new LinkedHashMap<>();
  private final Map<Trial, Integer> before = new LinkedHashMap<>();
  private int ended;
  private int failed;
  private long epochsOfEnded;
  private long looked = System.nanoTime();

  /**
   * Begins to report.
   *
   * @param left the trials that are still to do
   * @param done how many are done already
   */
  public TrialProgress(
      Configuration configuration, URI root, List<Trial> left, int done, Progress progress)
      throws IOException {
    this.configuration = configuration;
    this.root = root;
    this.trials = left.size() + done;
    this.ended = done;
    long epochs = 0;
    for (Trial trial : left) {
      before.put(trial, folder(trial).epochs());
      epochs += trial.experiment().train().epochs() - before.get(trial);
    }
    this.stage = progress.start("trials", epochs, "epochs");
  }

  @Override
  public void started(Trial trial) {
    running.put(trial, before.getOrDefault(trial, 0));
    report();
  }

  @Override
  public void look() throws IOException {
    long now = System.nanoTime();
    if (now - looked < INTERVAL_NANOS) {
      return;
    }
    looked = now;
    for (Map.Entry<Trial, Integer> one : running.entrySet()) {
      one.setValue(folder(one.getKey()).epochs());
    }
    report();
  }

  @Override
  public void ended(Trial trial, Optional<String> failure) throws IOException {
    running.remove(trial);
    epochsOfEnded += folder(trial).epochs() - before.getOrDefault(trial, 0);
    ended++;
    failed += failure.isPresent() ? 1 : 0;
    report();
  }

  private TrialFolder folder(Trial trial) {
    return new TrialFolder(configuration, trial.folder(root));
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
