package org.sscspark.spark.compare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.trial.PlannedFolder;
import org.sscspark.spark.trial.Trial;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.spark.trial.TrialResult;
import org.sscspark.storage.Lease;
import org.sscspark.storage.Storage;
import org.sscspark.storage.TextFiles;

/**
 * The folder of a comparison:
 *
 * <pre>
 * plan.json        what is compared, on what; times of steps, if trainings take equal time
 * trials/NAME/     an ordinary run's folder for each trial
 * comparison.json  everything that was measured
 * comparison.csv   the table: no times, so equal for equal plans
 * trials.csv       a line for each trial, no times either
 * differences.csv  each method against SSC, seed by seed
 * times.csv        how long each trial's epochs took
 * comparison.html  the report
 * </pre>
 */
public final class ComparisonFolder implements ComparisonSource {
  static final String REPORT = "comparison.html";

  /** How folders of trials begin that are being copied into this one. */
  static final String TEMPORARY = ".tmp-";

  private static final PlannedFolder.Kind<ComparisonPlan> KIND =
      new PlannedFolder.Kind<>(
          PlannedFolder.Work.COMPARISON,
          ComparisonPlanFormat::read,
          ComparisonPlan::record,
          "%s holds a comparison by another recipe or on other data: %s; choose another folder, or"
              + " its own settings and data sets to resume it");

  private final Configuration configuration;
  private final PlannedFolder<ComparisonPlan> folder;

  /** Refers to a folder, which need not exist. */
  ComparisonFolder(Configuration configuration, URI location) {
    this.configuration = configuration;
    this.folder = new PlannedFolder<>(KIND, Storage.fileSystem(configuration, location), location);
  }

  /**
   * Opens the comparison that a folder holds.
   *
   * @throws BadInputException if it holds none
   */
  public static ComparisonFolder existing(Configuration configuration, URI location)
      throws IOException {
    ComparisonFolder folder = new ComparisonFolder(configuration, location);
    if (!folder.holdsOne()) {
      throw new BadInputException(
          "%s holds no comparison: it has no %s; give the folder of one"
              .formatted(location, PlannedFolder.PLAN));
    }
    return folder;
  }

  /**
   * Begins a comparison in a new or empty folder, or resumes the one that the folder holds. It may
   * have other methods, densities and seeds now; trials that are done stay done.
   *
   * @throws BadInputException as {@link #requireFor}
   */
  void start(ComparisonPlan plan) throws IOException {
    requireFor(plan);
    files().write(PlannedFolder.PLAN, ComparisonPlanFormat.text(plan));
  }

  /**
   * Checks that {@link #start} would go well, and writes nothing.
   *
   * @throws BadInputException if the folder holds something else, or a comparison by another recipe
   *     or on other data sets, of which a trial has begun or steps were timed
   */
  void requireFor(ComparisonPlan plan) throws IOException {
    boolean begun = hasTrials();
    folder.requireFor(plan, held -> begun || held.stepTimes().isPresent());
  }

  /** The plan of the latest start, if something came of it that it binds. */
  Optional<ComparisonPlan> begun() throws IOException {
    boolean begun = hasTrials();
    return folder.plan().filter(held -> begun || held.stepTimes().isPresent());
  }

  private boolean hasTrials() throws IOException {
    return !TrialFolder.begun(configuration, location()).isEmpty();
  }

  /** The times of steps that were measured for it, if any were. */
  Optional<TimedSteps> stepTimes() throws IOException {
    return folder.plan().flatMap(ComparisonPlan::stepTimes);
  }

  /** Whether there is a comparison in it. */
  boolean holdsOne() throws IOException {
    return folder.plan().isPresent();
  }

  /** Holds the comparison against a second driver. */
  Lease lease() throws IOException {
    return folder.lease();
  }

  /** Where the report of the comparison in a folder is. */
  public static URI report(URI location) {
    return URI.create(location + "/" + REPORT);
  }

  @Override
  public URI location() {
    return folder.location();
  }

  /** The plan of the latest start. */
  @Override
  public ComparisonPlan plan() throws IOException {
    return folder
        .plan()
        .orElseThrow(() -> new FileNotFoundException(location() + "/" + PlannedFolder.PLAN));
  }

  @Override
  public TrialResult result(Trial trial) throws IOException {
    return TrialResult.of(configuration, location(), trial);
  }

  @Override
  public Set<String> leftOut(Comparison shown) throws IOException {
    Set<String> names =
        shown.trials().stream().map(one -> one.trial().name()).collect(Collectors.toSet());
    Set<String> others = new TreeSet<>(TrialFolder.begun(configuration, location()));
    others.removeIf(name -> names.contains(name) || name.startsWith(TEMPORARY));
    return others;
  }

  /** Its own files. */
  TextFiles files() {
    return folder.files();
  }
}
