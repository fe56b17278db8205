package org.sscspark.spark.cli;

import java.net.URI;
import java.nio.file.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Location;

/** Where a command writes that writes to this machine only. */
final class LocalPath {
  private LocalPath() {}

  /**
   * Returns the absolute path of what a user wrote: a path or a {@code file:} URI.
   *
   * @throws BadInputException if it is a place on another file system, or none
   */
  static Path of(String text) {
    URI location = Location.of(text);
    if (!location.getScheme().equals("file")) {
      throw new BadInputException(
          "Cannot write %s: this is written to this machine only; give a path, and copy it from there"
              .formatted(text));
    }
    return Path.of(location);
  }
}
