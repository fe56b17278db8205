package org.sscspark.spark.compare;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.trial.PlannedFolder;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialResult;

/** Where the results of a comparison are read: its own folder, or that of its tables. */
public sealed interface ComparisonSource permits ComparisonFolder, PublishedComparison {
  /**
   * Opens what a folder holds.
   *
   * @throws BadInputException if that is neither a comparison nor the tables of one
   */
  static ComparisonSource at(Configuration configuration, URI location) throws IOException {
    ComparisonFolder folder = new ComparisonFolder(configuration, location);
    if (folder.holdsOne()) {
      return folder;
    }
    Optional<PublishedComparison> published = PublishedComparison.at(configuration, location);
    if (published.isEmpty()) {
      throw new BadInputException(
          "%s holds no comparison: it has neither %s nor %s; give the folder of one, or that of its tables"
              .formatted(location, PlannedFolder.PLAN, ComparisonDocument.FILE));
    }
    return published.get();
  }

  /** Where it is. */
  URI location();

  /** What was compared. */
  ComparisonPlan plan() throws IOException;

  /** What a trial of some plan has come to there; one that is not there waits. */
  TrialResult result(Trial trial) throws IOException;

  /** Trials that are there, but neither in the plan of the latest start nor in another's. */
  Set<String> leftOut(Comparison shown) throws IOException;
}
