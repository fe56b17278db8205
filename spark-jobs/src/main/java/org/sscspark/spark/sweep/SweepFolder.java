package org.sscspark.spark.sweep;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.checkpoint.RunRecord;
import org.sscspark.config.BadInputException;
import org.sscspark.spark.trial.PlannedFolder;
import org.sscspark.spark.trial.TrialFolder;
import org.sscspark.storage.Lease;
import org.sscspark.storage.Storage;
import org.sscspark.storage.TextFiles;

/**
 * The folder of a sweep:
 *
 * <pre>
 * plan.json              experiment, space, objective, strategy, data sets
 * journal/NNNNNNNN.json  each decision and each result, in the order that decided
 * trials/NAME/           an ordinary run's folder for each trial
 * sweep.json, sweep.csv  the leaderboard
 * best.conf              the best configuration, ready for train
 * sweep.html             the report
 * </pre>
 */
public final class SweepFolder {
  private static final PlannedFolder.Kind<RunRecord> KIND =
      new PlannedFolder.Kind<>(
          PlannedFolder.Work.SWEEP,
          SweepFolder::read,
          SweepFolder::byUsersKeys,
          "%s holds another sweep: %s; choose another folder, or its own settings to resume it");

  private static final String JOURNAL = "journal";
  private static final Pattern ENTRY = Pattern.compile("\\d{8}\\.json");

  private final Configuration configuration;
  private final FileSystem fileSystem;
  private final PlannedFolder<RunRecord> folder;

  SweepFolder(Configuration configuration, URI location) {
    this(configuration, Storage.fileSystem(configuration, location), location);
  }

  SweepFolder(Configuration configuration, FileSystem fileSystem, URI location) {
    this.configuration = configuration;
    this.fileSystem = fileSystem;
    this.folder = new PlannedFolder<>(KIND, fileSystem, location);
  }

  /**
   * Opens the sweep that a folder holds.
   *
   * @throws BadInputException if it holds none
   */
  public static SweepFolder existing(Configuration configuration, URI location) throws IOException {
    SweepFolder folder = new SweepFolder(configuration, location);
    folder.plan();
    if (!folder.fileSystem.exists(new Path(location + "/" + JOURNAL))) {
      throw new BadInputException(
          location + " holds no sweep: it has no journal; give the folder of a sweep");
    }
    return folder;
  }

  /**
   * Begins a sweep in a new or empty folder, or resumes the one that it holds. One that has decided
   * nothing yet gives way.
   *
   * @throws BadInputException if the folder holds another sweep, the first difference being named,
   *     or something else
   */
  void startOrResume(RunRecord plan) throws IOException {
    requireFor(plan);
    if (plan().isEmpty()) {
      folder.files().writeNew(PlannedFolder.PLAN, plan.toJson());
    } else if (!isBegun()) {
      folder.files().write(PlannedFolder.PLAN, plan.toJson());
    }
  }

  private boolean isBegun() throws IOException {
    return entries() > 0 || !TrialFolder.begun(configuration, location()).isEmpty();
  }

  /**
   * Checks that {@link #startOrResume} would go well, and writes nothing.
   *
   * @throws BadInputException as there
   */
  void requireFor(RunRecord plan) throws IOException {
    boolean begun = isBegun();
    folder.requireFor(plan, held -> begun);
  }

  /** What the sweep is, once it has begun. */
  Optional<RunRecord> plan() throws IOException {
    return folder.plan();
  }

  /** What the sweep is, if something was decided that it binds. */
  Optional<RunRecord> begun() throws IOException {
    return isBegun() ? plan() : Optional.empty();
  }

  private static RunRecord byUsersKeys(RunRecord plan) {
    return new RunRecord(Sweep.asSettings(plan.configuration()), plan.data(), plan.environment());
  }

  private static RunRecord read(String text, String where) {
    try {
      return RunRecord.fromJson(text);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "Cannot use %s: %s; restore it, or choose another folder"
              .formatted(where, e.getMessage()),
          e);
    }
  }

  /**
   * All events so far.
   *
   * @throws BadInputException if one cannot be read, or is missing before others
   */
  List<LoggedEvent> journal() throws IOException {
    // Before they are read: another process may add some meanwhile.
    int least = entries();
    List<LoggedEvent> events = new ArrayList<>();
    Optional<String> next = folder.files().readNew(entry(0));
    while (next.isPresent()) {
      events.add(event(events.size(), next.get()));
      next = folder.files().readNew(entry(events.size()));
    }
    if (events.size() < least) {
      throw unusable(events.size(), "it is missing, and later ones are there", null);
    }
    return events;
  }

  /** How many entries there are by the number of the last. */
  private int entries() throws IOException {
    return new TextFiles(fileSystem, new Path(location() + "/" + JOURNAL))
        .names().stream()
            .filter(name -> ENTRY.matcher(name).matches())
            .mapToInt(name -> Integer.parseInt(name.substring(0, name.indexOf('.'))) + 1)
            .max()
            .orElse(0);
  }

  private LoggedEvent event(int number, String text) {
    try {
      return LoggedEvent.fromJson(text);
    } catch (IllegalArgumentException e) {
      throw unusable(number, "it is no event of a sweep", e);
    }
  }

  private BadInputException unusable(int number, String complaint, Exception cause) {
    return new BadInputException(
        "Cannot use %s/%s: %s; restore it, or begin the sweep in another folder"
            .formatted(location(), entry(number), complaint),
        cause);
  }

  /**
   * Adds an event to the journal; when this returns, it is on disk.
   *
   * @param number how many events there are before it
   * @throws org.sscspark.storage.PublicationConflictException if another process added one
   */
  void append(int number, LoggedEvent event) throws IOException {
    folder.files().writeNew(entry(number), event.toJson());
  }

  private static String entry(int number) {
    return String.format(Locale.ROOT, JOURNAL + "/%08d.json", number);
  }

  /** Writes one of the result's files, in place of an earlier one. */
  void write(String name, String text) throws IOException {
    folder.files().write(name, text);
  }

  /** Removes a file of an earlier report, if it is there. */
  void remove(String name) throws IOException {
    folder.files().delete(name);
  }

  /** Holds the sweep against a second driver. */
  Lease lease() throws IOException {
    return folder.lease();
  }

  /** Where it is. */
  public URI location() {
    return folder.location();
  }

  Configuration configuration() {
    return configuration;
  }
}
