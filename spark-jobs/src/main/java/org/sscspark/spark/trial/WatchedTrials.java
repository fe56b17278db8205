package org.sscspark.spark.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the trials under way with what they last told of themselves, and has somebody say how far
 * everything is: whenever something happens, and now and then in between.
 */
public final class WatchedTrials implements TrialWatch {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  /** Says how far everything is. */
  public interface Speaker {
    /**
     * How things are now.
     *
     * @param running the trials under way in the order in which they started, each with the metrics
     *     of its last epoch, if it has told of one
     */
    void say(Map<Trial, Optional<JsonNode>> running);

    /**
     * A trial is not under way any more.
     *
     * @param last the metrics of its last epoch, if it told of one
     */
    default void ended(Trial trial, Optional<JsonNode> last, Optional<TrialFailure> failure) {}
  }

  private final Speaker speaker;
  private final Map<Trial, Optional<JsonNode>> running = new LinkedHashMap<>();
  private long looked = System.nanoTime();

  public WatchedTrials(Speaker speaker) {
    this.speaker = speaker;
  }

  @Override
  public void started(Trial trial) {
    running.put(trial, Optional.empty());
    say();
  }

  @Override
  public void epoch(Trial trial, JsonNode metrics) {
    running.put(trial, Optional.of(metrics));
    say();
  }

  @Override
  public void look() {
    long now = System.nanoTime();
    if (now - looked >= INTERVAL_NANOS) {
      looked = now;
      say();
    }
  }

  @Override
  public void ended(Trial trial, Optional<TrialFailure> failure) {
    speaker.ended(trial, running.getOrDefault(trial, Optional.empty()), failure);
    running.remove(trial);
    say();
  }

  private void say() {
    speaker.say(Collections.unmodifiableMap(running));
  }
}
