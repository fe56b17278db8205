package org.sscspark.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.sscspark.config.BadInputException;

/** Access to files behind Hadoop's {@link FileSystem}. */
public final class Storage {
  private static final long TEXT_BYTES = 1L << 28;

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

  /** Returns the path of a location, without a slash at its end. */
  public static Path path(URI location) {
    String path = location.getPath();
    return path.length() > 1 && path.endsWith("/")
        ? new Path(
            location.getScheme(), location.getAuthority(), path.substring(0, path.length() - 1))
        : new Path(location);
  }

  /** Returns all bytes of a file, which must be smaller than 2 GiB. */
  static byte[] read(FileSystem fileSystem, Path file) throws IOException {
    long length = fileSystem.getFileStatus(file).getLen();
    if (length > Integer.MAX_VALUE - 8) {
      throw new BadInputException(
          "%s has %d bytes, more than can be read at once; use more shards"
              .formatted(file, length));
    }
    byte[] bytes = new byte[(int) length];
    try (FSDataInputStream in = fileSystem.open(file)) {
      in.readFully(0, bytes);
    }
    return bytes;
  }

  /**
   * Returns the text of a file in UTF-8.
   *
   * @throws BadInputException if it is longer than any description that this program writes; the
   *     system property {@code sscspark.max-json-bytes} changes what is too long
   */
  static String readText(FileSystem fileSystem, Path file) throws IOException {
    long length = fileSystem.getFileStatus(file).getLen();
    long most = Long.getLong("sscspark.max-json-bytes", TEXT_BYTES);
    if (length > most) {
      throw new BadInputException(
          "%s has %,d bytes, and descriptions of at most %,d are read; see -Dsscspark.max-json-bytes"
              .formatted(file, length, most));
    }
    return new String(read(fileSystem, file), StandardCharsets.UTF_8);
  }
}
