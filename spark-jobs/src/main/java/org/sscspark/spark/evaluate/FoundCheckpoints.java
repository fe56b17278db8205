package org.sscspark.spark.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints that a location stands for.
 *
 * @param found at least one
 * @param leftOut the runs in a folder of runs that have none to use
 */
public record FoundCheckpoints(List<FoundCheckpoint> found, List<LeftOut> leftOut) {
  private static final Logger LOG = LoggerFactory.getLogger(FoundCheckpoints.class);

  /**
   * A run that is not used.
   *
   * @param run its folder's name
   * @param lack what it has not
   * @param failure why it could not continue, if that was recorded
   */
  public record LeftOut(String run, String lack, Optional<String> failure) {
    private String reason() {
      return lack + failure.map(why -> " (failed: " + why + ")").orElse("");
    }
  }

  /** What is done with a checkpoint. */
  @FunctionalInterface
  public interface Use {
    void of(FoundCheckpoint found) throws IOException;
  }

  public FoundCheckpoints {
    found = List.copyOf(found);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Uses each, one after the other. A run that has gone is left out, as long as another is there.
   *
   * @return what was used
   * @throws org.sscspark.config.BadInputException if all have gone
   */
  public FoundCheckpoints each(Use use) throws IOException {
    List<FoundCheckpoint> used = new ArrayList<>();
    List<LeftOut> notUsed = new ArrayList<>(leftOut);
    for (FoundCheckpoint one : found) {
      try {
        use.of(one);
        used.add(one);
      } catch (RunGoneException e) {
        if (used.isEmpty() && one.equals(found.get(found.size() - 1))) {
          throw e;
        }
        LOG.warn("{} has gone since it was found; it is left out", one.runName());
        notUsed.add(new LeftOut(one.runName(), "has gone", Optional.empty()));
      }
    }
    return new FoundCheckpoints(used, notUsed);
  }

  /** The names of the runs that are left out. */
  public List<String> namesLeftOut() {
    return leftOut.stream().map(LeftOut::run).toList();
  }

  /** The runs that are left out and why; empty if there are none. */
  public String leftOutInWords() {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    leftOut.forEach(
        one -> byReason.computeIfAbsent(one.reason(), any -> new ArrayList<>()).add(one.run()));
    return byReason.entrySet().stream()
        .map(runs -> String.join(", ", runs.getValue()) + ": " + runs.getKey())
        .collect(Collectors.joining("; "));
  }
}
