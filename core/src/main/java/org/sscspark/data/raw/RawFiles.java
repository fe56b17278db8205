package org.sscspark.data.raw;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.sscspark.config.BadInputException;
import org.sscspark.data.FileKind;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ReadLimits;
import org.sscspark.storage.Storage;
import org.sscspark.storage.StoredInput;
import org.tukaani.xz.XZInputStream;

/** The files of a raw data set. */
record RawFiles(Configuration configuration, ReadLimits limits) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Lists of names and notes are shorter. */
  private static final int TEXT_BYTES = 1 << 26;

  /** What xz may take to unpack; its highest preset asks for 65 MiB. */
  private static final int XZ_KIB = 1 << 18;

  FileSystem fileSystem(Path path) {
    return Storage.fileSystem(configuration, path.toUri());
  }

  /**
   * Returns what a path is.
   *
   * @throws BadInputException if there is nothing, or a special file
   */
  FileStatus status(URI location) {
    return status(location, "give the raw data set's file or folder with --in");
  }

  /**
   * As the other.
   *
   * @param remedy what to do if there is nothing
   */
  FileStatus status(URI location, String remedy) {
    Path path = Storage.path(location);
    try {
      FileStatus status = fileSystem(path).getFileStatus(path);
      if (isLocal(status.getPath()) && isSpecial(status)) {
        throw new BadInputException(
            path
                + " is a special file, as a pipe or a device is, which cannot be read twice; "
                + "give a file or a folder");
      }
      return status;
    } catch (FileNotFoundException e) {
      throw absent(path, remedy, e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + location, e);
    }
  }

  /** The words for a path at which there is nothing, or nothing that this process can reach. */
  static BadInputException absent(Path path, String remedy, Exception cause) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    boolean encodable = Charset.forName(encoding).newEncoder().canEncode(path.toString());
    return encodable || !isLocal(path)
        ? new BadInputException(path + " does not exist; " + remedy, cause)
        : new BadInputException(
            path + " cannot be opened: " + FolderListing.encodingRemedy(encoding), cause);
  }

  static boolean isLocal(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  /**
   * Whether what Hadoop takes for a local file is none: a pipe, whose reader waits for a writer for
   * ever, a device or a socket. They have no length, so other files are not looked at again.
   */
  static boolean isSpecial(FileStatus status) {
    if (status.isDirectory() || status.getLen() > 0) {
      return false;
    }
    File file = new File(status.getPath().toUri().getPath());
    return file.exists() && !file.isFile();
  }

  boolean exists(Path path) {
    try {
      return fileSystem(path).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + path, e);
    }
  }

  /** Returns what a folder holds. */
  FolderListing list(Path folder) {
    try {
      return FolderListing.of(folder, fileSystem(folder).listStatus(folder));
    } catch (FileNotFoundException e) {
      throw absent(folder, "give the folder of the raw data set", e);
    } catch (AccessControlException e) {
      throw new BadInputException(folder + " cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }

  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("__");
  }

  /** Opens a file as it is stored. */
  StoredInput stored(Path path) throws IOException {
    return StoredInput.open(fileSystem(path), path);
  }

  /** Returns what a file is by its first bytes. */
  FileKind kind(Path path) throws IOException {
    try (InputStream in = stored(path)) {
      return FileKind.of(in.readNBytes(FileKind.PROBE_BYTES));
    }
  }

  /** Opens a file, unpacking it if it is compressed, whatever its name. */
  InputStream open(Path path) throws IOException {
    InputStream in = new BufferedInputStream(new StoredStream(stored(path)), BUFFER_BYTES);
    try {
      in.mark(FileKind.PROBE_BYTES);
      FileKind kind = FileKind.of(in.readNBytes(FileKind.PROBE_BYTES));
      in.reset();
      return switch (kind) {
        case GZIP -> buffered(new GZIPInputStream(in, BUFFER_BYTES));
        case BZIP2 -> buffered(new BZip2CompressorInputStream(in, true));
        case XZ -> buffered(new XZInputStream(in, XZ_KIB));
        case ZSTD -> buffered(new ZstdInputStream(in));
        default -> in;
      };
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Closes what could not be used; the failure that was first is the one that is told. */
  static void closeAfter(Exception failure, Closeable opened) {
    try {
      opened.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static InputStream buffered(InputStream in) {
    return new BufferedInputStream(in, BUFFER_BYTES);
  }

  String text(Path path) throws IOException {
    try (InputStream in = open(path)) {
      return text(in, path.toString());
    }
  }

  /**
   * Returns all that a stream holds as text.
   *
   * @throws BadInputException if that is more than any list of names
   */
  static String text(InputStream in, String where) throws IOException {
    byte[] bytes = in.readNBytes(TEXT_BYTES + 1);
    if (bytes.length > TEXT_BYTES) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s is longer than %,d bytes, so it is no list of names",
              where,
              TEXT_BYTES));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Returns the exception for a failed read: the failure of the file system if there was one, else
   * bad input, because the bytes themselves are at fault.
   */
  static IOException damaged(String where, IOException e) {
    if (StoredStream.failed(e)) {
      return new IOException("Cannot read " + where, e);
    }
    throw new BadInputException(
        where + " is truncated or corrupt (" + ImageDecoder.reason(e) + "); fetch it again", e);
  }
}
