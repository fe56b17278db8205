package org.sscspark.data.raw;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.Storage;

/** The files of a raw data set. */
record RawFiles(Configuration configuration) {
  private static final int BUFFER_BYTES = 1 << 16;

  FileSystem fileSystem(Path path) {
    return Storage.fileSystem(configuration, path.toUri());
  }

  /**
   * Returns what a path is.
   *
   * @throws BadInputException if there is nothing
   */
  FileStatus status(URI location) {
    Path path = Storage.path(location);
    try {
      return fileSystem(path).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new BadInputException(
          location + " does not exist; give the raw data set's file or folder with --in", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + location, e);
    }
  }

  boolean exists(Path path) {
    try {
      return fileSystem(path).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + path, e);
    }
  }

  /** Returns what a folder holds that is not hidden, sorted by name. */
  List<FileStatus> list(Path folder, Predicate<FileStatus> wanted) {
    try {
      return Arrays.stream(fileSystem(folder).listStatus(folder))
          .filter(status -> !isHidden(status.getPath().getName()))
          .filter(wanted)
          .sorted(Comparator.comparing(status -> status.getPath().getName()))
          .toList();
    } catch (FileNotFoundException e) {
      throw new BadInputException(folder + " does not exist", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }

  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("__");
  }

  /** Opens a file, unpacking it if it is compressed with gzip, whatever its name. */
  InputStream open(Path path) throws IOException {
    InputStream in = new BufferedInputStream(fileSystem(path).open(path), BUFFER_BYTES);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip
          ? new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES)
          : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  String text(Path path) throws IOException {
    try (InputStream in = open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Returns the exception for a failed read: bad input if the bytes themselves are at fault, the
   * failure of the file system otherwise.
   */
  static IOException damaged(String where, IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean corrupt =
        e instanceof EOFException
            || e instanceof ZipException
            || message.startsWith("Truncated TAR")
            || message.startsWith("Corrupted TAR")
            || message.startsWith("Error detected parsing");
    if (corrupt) {
      throw new BadInputException(
          where + " is truncated or corrupt (" + message + "); fetch it again", e);
    }
    return new IOException("Cannot read " + where, e);
  }
}
