package org.sscspark.spark.compare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.storage.Storage;
import org.sscspark.storage.TextFiles;

/**
 * The folder of a comparison:
 *
 * <pre>
 * plan.json        what is compared, on what
 * trials/NAME/     an ordinary run's folder for each trial
 * comparison.json  everything that was measured
 * comparison.csv   the table: no times, so equal for equal plans
 * trials.csv       a line for each trial, no times either
 * differences.csv  each method against SSC, seed by seed
 * times.csv        how long each trial's epochs took
 * comparison.html  the report
 * </pre>
 */
public final class ComparisonFolder {
  static final String REPORT = "comparison.html";
  private static final String PLAN = "plan.json";

  private final URI location;
  private final TextFiles files;

  private ComparisonFolder(Configuration configuration, URI location) {
    this.location = location;
    this.files = new TextFiles(Storage.fileSystem(configuration, location), new Path(location));
  }

  /**
   * Begins a comparison in a new or empty folder, or resumes the one that the folder holds. It may
   * have other methods, densities and seeds now; trials that are done stay done.
   *
   * @throws BadInputException if the folder holds something else, or a comparison by another recipe
   *     or on other data sets
   */
  static ComparisonFolder start(Configuration configuration, URI location, ComparisonPlan plan)
      throws IOException {
    ComparisonFolder folder = new ComparisonFolder(configuration, location);
    folder.requireFor(plan);
    folder.files.write(PLAN, plan.toJson());
    return folder;
  }

  /**
   * Checks that {@link #start} would go well, and writes nothing.
   *
   * @throws BadInputException as {@link #start}
   */
  public static void check(Configuration configuration, URI location, ComparisonPlan plan)
      throws IOException {
    new ComparisonFolder(configuration, location).requireFor(plan);
  }

  /**
   * Opens the comparison that a folder holds.
   *
   * @throws BadInputException if it holds none
   */
  public static ComparisonFolder existing(Configuration configuration, URI location)
      throws IOException {
    ComparisonFolder folder = new ComparisonFolder(configuration, location);
    if (folder.files.read(PLAN).isEmpty()) {
      throw new BadInputException(
          "%s holds no comparison: it has no %s; give the folder of one".formatted(location, PLAN));
    }
    return folder;
  }

  private void requireFor(ComparisonPlan plan) throws IOException {
    Optional<ComparisonPlan> held = held();
    if (held.isEmpty()) {
      files.requireEmpty("comparison");
      return;
    }
    Optional<String> difference = held.get().difference(plan);
    if (difference.isPresent()) {
      throw new BadInputException(
          "%s holds a comparison by another recipe or on other data: %s; choose another folder, or"
                  .formatted(location, difference.get())
              + " its own settings and data sets to resume it");
    }
  }

  private Optional<ComparisonPlan> held() throws IOException {
    return files.read(PLAN).map(text -> ComparisonPlan.fromJson(text, location + "/" + PLAN));
  }

  /** Where the report of the comparison in a folder is. */
  public static URI report(URI location) {
    return URI.create(location + "/" + REPORT);
  }

  /** Where it is. */
  public URI location() {
    return location;
  }

  /** The plan of the latest start. */
  public ComparisonPlan plan() throws IOException {
    return held().orElseThrow(() -> new FileNotFoundException(location + "/" + PLAN));
  }

  /** Writes one of the result's files, in place of an earlier one. */
  void write(String name, String text) throws IOException {
    files.write(name, text);
  }
}
