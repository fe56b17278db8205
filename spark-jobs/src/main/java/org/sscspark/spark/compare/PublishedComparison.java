package org.sscspark.spark.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.storage.Storage;
import org.sscspark.storage.TextFiles;
import org.sscspark.training.MetricsJson;

/**
 * The results of a comparison as tables were made of them for a page, which outlive the folders of
 * its trials: more can be added to them, but none of their trials can be resumed.
 */
public final class PublishedComparison implements ComparisonSource {
  private final URI location;
  private final ComparisonPlan plan;

  /** By trials' names. */
  private final Map<String, TrialResult> results;

  private PublishedComparison(URI location, ComparisonPlan plan, Map<String, TrialResult> results) {
    this.location = location;
    this.plan = plan;
    this.results = Map.copyOf(results);
  }

  /**
   * Reads what a folder of tables holds.
   *
   * @throws BadInputException if it is damaged
   */
  static Optional<PublishedComparison> at(Configuration configuration, URI location)
      throws IOException {
    return new TextFiles(Storage.fileSystem(configuration, location), new Path(location))
        .read(ComparisonDocument.FILE)
        .map(text -> read(text, location));
  }

  private static PublishedComparison read(String text, URI location) {
    String file = location + "/" + ComparisonDocument.FILE;
    JsonNode json;
    try {
      json = MetricsJson.read(text);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "%s is no comparison: it is not whole JSON; restore it, or choose another folder"
              .formatted(file),
          e);
    }
    if (!json.path(ComparisonDocument.PLAN).isObject()) {
      throw new BadInputException(
          "%s is no comparison: it has no %s; restore it, or choose another folder"
              .formatted(file, ComparisonDocument.PLAN));
    }
    ComparisonPlan plan =
        ComparisonPlanFormat.read(json.path(ComparisonDocument.PLAN).toString(), file);
    Map<String, JsonNode> told = new HashMap<>();
    json.path(ComparisonDocument.TRIALS)
        .forEach(one -> told.put(one.path(TrialDocument.NAME).asText(), one));
    Map<String, TrialResult> results = new HashMap<>();
    for (Trial trial : plan.trials()) {
      JsonNode one = told.get(trial.name());
      if (one == null) {
        throw damaged(file, trial, "it is not there");
      }
      try {
        results.put(trial.name(), TrialDocument.read(one, trial));
      } catch (IllegalArgumentException e) {
        throw damaged(file, trial, e.getMessage());
      }
    }
    return new PublishedComparison(location, plan, results);
  }

  private static BadInputException damaged(String file, Trial trial, String complaint) {
    return new BadInputException(
        "%s is damaged in trial %s: %s; restore it, or leave its folder out"
            .formatted(file, trial.name(), complaint));
  }

  @Override
  public URI location() {
    return location;
  }

  @Override
  public ComparisonPlan plan() {
    return plan;
  }

  @Override
  public TrialResult result(Trial trial) {
    return results.getOrDefault(trial.name(), TrialResult.waiting(trial));
  }

  @Override
  public Set<String> leftOut(Comparison shown) {
    return Set.of();
  }

  /** The names of trials that are done here and not in another comparison. */
  Set<String> lostBy(Comparison other) {
    List<String> done =
        other.trials().stream().filter(TrialResult::isDone).map(one -> one.trial().name()).toList();
    Set<String> lost = new TreeSet<>();
    results.forEach(
        (name, result) -> {
          if (result.isDone() && !done.contains(name)) {
            lost.add(name);
          }
        });
    return lost;
  }

  /** The first trial that is done here and has other results in another comparison. */
  Optional<String> replacedBy(Comparison other) {
    for (TrialResult now : other.trials()) {
      TrialResult held = result(now.trial());
      Optional<String> difference =
          held.isDone() ? ComparisonMerge.difference(held, now) : Optional.empty();
      if (difference.isPresent()) {
        return Optional.of(now.trial().name() + ": " + difference.get());
      }
    }
    return Optional.empty();
  }
}
