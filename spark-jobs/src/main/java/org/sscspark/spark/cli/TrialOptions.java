package org.sscspark.spark.cli;

import java.net.URI;
import java.util.Optional;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import picocli.CommandLine.Option;

/** Options of a command that runs trials into a folder, or writes the folder's report anew. */
final class TrialOptions {
  @Option(names = "--data", paramLabel = "URI", description = "Training set.")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "URI",
      description = "The folder of trials, tables and report.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "URI",
      description = "Only write tables and report of this folder anew, also while trials run.")
  private Optional<String> report = Optional.empty();

  /** Whether there is nothing to run. */
  boolean isReportOnly() {
    return report.isPresent();
  }

  /**
   * The folder of {@code --report}.
   *
   * @param scoring the option of the data set that scores trials
   * @throws BadInputException if an option of trials to run is given with it
   */
  URI report(String scoring, Optional<String> value) {
    if (data.isPresent() || value.isPresent() || out.isPresent()) {
      throw new BadInputException(
          "--report takes a folder as it is; leave out --data, %s and --out".formatted(scoring));
    }
    return Location.of(report.orElseThrow());
  }

  /**
   * The folder that others are merged into, if they are to be copied.
   *
   * @param scoring the option of the data set that scores trials
   * @throws BadInputException if an option of trials to run is given
   */
  Optional<URI> mergeOut(String scoring, Optional<String> value) {
    if (data.isPresent() || value.isPresent() || report.isPresent()) {
      throw new BadInputException(
          "--merge takes folders as they are; leave out --data, %s and --report"
              .formatted(scoring));
    }
    return out.map(Location::of);
  }

  /** Where trials go. */
  URI out() {
    return needed("--out", out);
  }

  /** The training set. */
  URI data() {
    return needed("--data", data);
  }

  /**
   * The location that an option names.
   *
   * @throws BadInputException if it is not given
   */
  static URI needed(String option, Optional<String> value) {
    return Location.of(
        value.orElseThrow(
            () ->
                new BadInputException(
                    option + " is needed, unless --report is given; give its location")));
  }
}
