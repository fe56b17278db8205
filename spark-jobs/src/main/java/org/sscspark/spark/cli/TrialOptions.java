package org.sscspark.spark.cli;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;
import org.sscspark.storage.NewFolder;
import picocli.CommandLine.Option;

/** Options of a command that runs trials into a folder, or writes the folder's report anew. */
final class TrialOptions {
  @NamesPlace
  @Option(names = "--data", paramLabel = "URI", description = "Training set.")
  private Optional<String> data = Optional.empty();

  @NamesPlace
  @Option(
      names = "--out",
      paramLabel = "URI",
      description = "The folder of trials, tables and report.")
  private Optional<String> out = Optional.empty();

  @NamesPlace
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
   * @throws BadInputException if an option of trials to run is given, or no folder can be made
   */
  Optional<URI> mergeOut(Configuration configuration, String scoring, Optional<String> value)
      throws IOException {
    if (data.isPresent() || value.isPresent() || report.isPresent()) {
      throw new BadInputException(
          "--merge takes folders as they are; leave out --data, %s and --report"
              .formatted(scoring));
    }
    return out.isPresent() ? Optional.of(out(configuration)) : Optional.empty();
  }

  /**
   * Where trials go.
   *
   * @throws BadInputException if it is not given, or no folder can be made there
   */
  URI out(Configuration configuration) throws IOException {
    URI folder = needed("--out", out);
    NewFolder.requirePossible(configuration, folder, "--out");
    return folder;
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
