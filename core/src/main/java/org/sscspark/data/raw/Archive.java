package org.sscspark.data.raw;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;

/** A tar archive, compressed or not, read from front to back. */
final class Archive implements Closeable {
  private final Path path;
  private final TarArchiveInputStream tar;
  private String position;

  Archive(RawFiles files, Path path) throws IOException {
    this.path = path;
    this.position = path.toString();
    try {
      this.tar = new TarArchiveInputStream(files.open(path));
    } catch (IOException e) {
      throw RawFiles.damaged(path.toString(), e);
    }
  }

  /** Moves to the next entry; empty at the end. */
  Optional<TarArchiveEntry> next() throws IOException {
    try {
      TarArchiveEntry entry = tar.getNextTarEntry();
      if (entry == null) {
        return Optional.empty();
      }
      if (!entry.isCheckSumOK()) {
        throw new BadInputException(
            position + " is not followed by a tar header; the archive is no tar file or corrupt");
      }
      position = where(entry.getName());
      return Optional.of(entry);
    } catch (IOException e) {
      throw RawFiles.damaged(position, e);
    }
  }

  /** Returns up to {@code length} bytes of the current entry; fewer at its end. */
  byte[] read(int length) throws IOException {
    try {
      return tar.readNBytes(length);
    } catch (IOException e) {
      throw RawFiles.damaged(position, e);
    }
  }

  /** Returns the rest of the current entry. */
  byte[] readAll() throws IOException {
    return read(Integer.MAX_VALUE);
  }

  /** The name of an entry, for messages. */
  String where(String entry) {
    return path + "!" + entry;
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
