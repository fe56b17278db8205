package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sscspark.report.Progress;

/** Says how many trials and epochs of a fixed list are done, and what is under way. */
final class TrialProgress implements WatchedTrials.Speaker {
  private final int trials;
  private final Progress.Stage stage;
  private final Map<Trial, Integer> before;
  private int ended;
  private int failed;
  private long epochsOfEnded;

  /** As the stage has it. */
  private long total;

  /**
   * Makes one for some trials.
   *
   * @param left those that are still to do, with the epochs that they have
   * @param done how many are done already
   * @param stage of {@link #epochs}
   */
  TrialProgress(Map<Trial, Integer> left, int done, Progress.Stage stage) {
    this.trials = left.size() + done;
    this.ended = done;
    this.before = new LinkedHashMap<>(left);
    this.stage = stage;
    this.total = epochs(left);
  }

  /** The epochs that are still to train. */
  static long epochs(Map<Trial, Integer> left) {
    return left.entrySet().stream()
        .mapToLong(one -> one.getKey().experiment().train().epochs() - one.getValue())
        .sum();
  }

  @Override
  public void say(Map<Trial, Optional<JsonNode>> running) {
    long epochs = epochsOfEnded;
    for (Map.Entry<Trial, Optional<JsonNode>> one : running.entrySet()) {
      epochs += epochs(one.getKey(), one.getValue()) - before(one.getKey());
    }
    String now =
        running.entrySet().stream()
            .map(
                one ->
                    String.format(
                        Locale.ROOT,
                        "%s %d/%d",
                        one.getKey().alias(),
                        epochs(one.getKey(), one.getValue()),
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
  public void ended(Trial trial, Optional<JsonNode> last, Optional<TrialFailure> failure) {
    epochsOfEnded += epochs(trial, last) - before(trial);
    ended++;
    if (failure.isPresent()) {
      failed++;
      total -= trial.experiment().train().epochs() - epochs(trial, last);
      stage.total(total);
    }
  }

  private int epochs(Trial trial, Optional<JsonNode> last) {
    return last.map(metrics -> metrics.path("epoch").asInt()).orElseGet(() -> before(trial));
  }

  private int before(Trial trial) {
    return before.getOrDefault(trial, 0);
  }
}
