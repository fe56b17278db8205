package org.sscspark.data.raw;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.FileKind;

/** An archive, read from front to back; what it is follows from its bytes, whatever its name. */
abstract class Archive implements Closeable {
  private final Path path;
  private String position;

  Archive(Path path) {
    this.path = path;
    this.position = path.toString();
  }

  /**
   * Opens an archive.
   *
   * @throws BadInputException saying what the file is if it is none
   */
  static Archive open(RawFiles files, Path path) throws IOException {
    FileKind kind = files.kind(path);
    return kind == FileKind.ZIP || kind == FileKind.EMPTY_ZIP
        ? new ZipArchive(files, path)
        : TarArchive.open(files, path, kind);
  }

  /** Whether entries can be read from the middle on. */
  abstract boolean isIndexed();

  /** Passes entries over until the next one is the one of this number. */
  final void skipTo(long entry) throws IOException {
    for (long at = 0; at < entry && next().isPresent(); at++) {
      // What is passed over has been looked at when the archive was planned.
    }
  }

  /** Moves to the next entry; empty at the end. */
  final Optional<ArchiveEntry> next() throws IOException {
    try {
      Optional<ArchiveEntry> entry = advance();
      entry.ifPresent(e -> position = where(e.path()));
      entry.ifPresent(this::requireInside);
      return entry;
    } catch (IOException e) {
      throw RawFiles.damaged(position, e);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // What the library says of numbers in headers that cannot be.
      throw RawFiles.damaged(position, new IOException(e.getMessage(), e));
    }
  }

  private void requireInside(ArchiveEntry entry) {
    if (entry.path().equals(ArchiveEntry.OUTSIDE)) {
      throw new BadInputException(
          path + " has an entry whose name leads out of it (..); make the archive again");
    }
  }

  /** Returns up to {@code length} bytes of the current entry; fewer at its end. */
  final byte[] read(int length) throws IOException {
    try {
      return content(length);
    } catch (IOException e) {
      throw RawFiles.damaged(position, e);
    }
  }

  abstract Optional<ArchiveEntry> advance() throws IOException;

  abstract byte[] content(int length) throws IOException;

  /** The end of the last entry, for messages. */
  final String position() {
    return position;
  }

  /** The name of an entry, for messages. */
  final String where(String entry) {
    return path + "!" + entry;
  }
}
