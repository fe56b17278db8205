package org.sscspark.storage;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.sscspark.config.BadInputException;

/**
 * A folder while it is written: hidden, beside its final place. Before {@link #publish} nothing is
 * at the final place, whatever fails; {@link #close} removes what was not published, but for what a
 * file system that failed half-way may have left as the only whole one. How it appears there is the
 * matter of {@link Publication}; a draft adds the hidden place and what is read back, the names and
 * lengths of all files.
 */
public final class DraftFolder implements AutoCloseable {
  /** What names the final place, for messages. */
  private static final String OPTION = "--out";

  private final FileSystem fileSystem;
  private final Path target;
  private final Path path;
  private boolean kept;

  private DraftFolder(FileSystem fileSystem, Path target, Path path) {
    this.fileSystem = fileSystem;
    this.target = target;
    this.path = path;
  }

  /**
   * Begins a folder.
   *
   * @throws BadInputException if there is something at the location already, or no folder can be
   *     made
   */
  public static DraftFolder create(Configuration configuration, URI location) throws IOException {
    return create(Storage.fileSystem(configuration, location), Storage.path(location));
  }

  /**
   * Begins a folder on a file system.
   *
   * @throws BadInputException if there is something at the target already, or no folder can be made
   */
  public static DraftFolder create(FileSystem fileSystem, Path target) throws IOException {
    rejectExisting(fileSystem, target);
    Path path =
        new Path(target.getParent(), "." + target.getName() + ".draft-" + UUID.randomUUID());
    NewFolder.make(fileSystem, path, target.getParent(), OPTION);
    fileSystem.deleteOnExit(path);
    return new DraftFolder(fileSystem, target, path);
  }

  /**
   * Checks that a folder can be made at a location; see {@link NewFolder}.
   *
   * @throws BadInputException if there is something already, or none can be made
   */
  public static void rejectExisting(Configuration configuration, URI location) throws IOException {
    rejectExisting(Storage.fileSystem(configuration, location), Storage.path(location));
    NewFolder.requirePossible(configuration, location, OPTION);
  }

  private static void rejectExisting(FileSystem fileSystem, Path target) throws IOException {
    if (NewFolder.status(fileSystem, target).isPresent()) {
      throw new BadInputException(
          "%s exists already; remove it or give another %s".formatted(target, OPTION));
    }
  }

  /** Where it is written. */
  public Path path() {
    return path;
  }

  /** The file system of the draft. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /**
   * Makes the folder appear at its place.
   *
   * @throws BadInputException if something appeared there meanwhile
   */
  public void publish() throws IOException {
    rejectExisting(fileSystem, target);
    Map<String, Long> written = lengths(path);
    try {
      new Publication(fileSystem).publish(path, target, place -> lengths(place).equals(written));
    } catch (PublicationConflictException e) {
      throw new BadInputException(
          "%s was made by another process meanwhile; use that, or give another %s"
              .formatted(target, OPTION),
          e);
    } catch (PublicationUnknownException e) {
      keep();
      throw e;
    }
    keep();
  }

  private void keep() {
    kept = true;
    fileSystem.cancelDeleteOnExit(path);
  }

  /** The length of each file below a folder, by its name there. */
  private Map<String, Long> lengths(Path folder) throws IOException {
    String root = fileSystem.makeQualified(folder).toUri().getPath();
    Map<String, Long> lengths = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(folder, /* recursive= */ true);
    while (files.hasNext()) {
      LocatedFileStatus file = files.next();
      lengths.put(file.getPath().toUri().getPath().substring(root.length()), file.getLen());
    }
    return lengths;
  }

  @Override
  public void close() throws IOException {
    if (!kept) {
      fileSystem.delete(path, /* recursive= */ true);
      fileSystem.cancelDeleteOnExit(path);
    }
  }
}
