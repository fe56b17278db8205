package org.sscspark.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.sscspark.config.BadInputException;

/** The file system and the path of a location. */
public final class Storage {
  private Storage() {}

  /**
   * Returns the file system of a location. The local one comes without Hadoop's checksum files
   * beside every file: a data set has checksums of its own.
   *
   * @throws BadInputException if no file system is known for the location
   */
  public static FileSystem fileSystem(Configuration configuration, URI location) {
    try {
      FileSystem fileSystem = FileSystem.get(location, configuration);
      return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
      throw new BadInputException(
          "%s cannot be reached (%s); use a path, or a URI of a file system that Hadoop knows"
              .formatted(location, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach the file system of " + location, e);
    }
  }

  /**
   * Opens the file at a location.
   *
   * @throws BadInputException if no file system is known for the location
   */
  public static StoredInput open(Configuration configuration, URI location) throws IOException {
    return StoredInput.open(fileSystem(configuration, location), new Path(location));
  }

  /** Returns the path of a location, without a slash at its end. */
  public static Path path(URI location) {
    String path = location.getPath();
    return path.length() > 1 && path.endsWith("/")
        ? new Path(
            location.getScheme(), location.getAuthority(), path.substring(0, path.length() - 1))
        : new Path(location);
  }
}
