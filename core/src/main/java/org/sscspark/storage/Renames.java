package org.sscspark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * How a file system gives what was written another name, and what may be believed of its answer.
 *
 * <p>A failure is returned, not thrown, because it does not tell that nothing was done: a client
 * that lost the answer asks again, and is told that there is nothing left to rename.
 */
abstract sealed class Renames {
  final FileSystem fileSystem;

  private Renames(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Gives a local file a second name, which nothing has. */
  @FunctionalInterface
  interface Linking {
    void link(java.nio.file.Path link, java.nio.file.Path existing) throws IOException;
  }

  /** Those of a file system. */
  static Renames of(FileSystem fileSystem) {
    return of(fileSystem, Files::createLink);
  }

  static Renames of(FileSystem fileSystem, Linking linking) {
    if (fileSystem instanceof DistributedFileSystem hdfs) {
      return new Exact(hdfs);
    }
    FileSystem inner = fileSystem;
    while (inner instanceof FilterFileSystem filter) {
      inner = filter.getRawFileSystem();
    }
    return inner instanceof RawLocalFileSystem local
        ? new Local(fileSystem, local, linking)
        : new Loose(fileSystem);
  }

  /** One operation of a file system. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  private static Optional<IOException> failure(Operation operation) {
    try {
      operation.run();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    } catch (FSError e) {
      // The local one copies what it cannot rename, and the disk may be full.
      return Optional.of(LocalFailure.of(e));
    }
  }

  /** What is at a path, if there is anything. */
  final Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether what did not fail is done, and nobody else's: then there is nothing to look at. If not,
   * only what is read back tells.
   */
  abstract boolean areExact();

  /** Gives a file or folder a name that nothing has, in the same folder. */
  abstract Optional<IOException> toNew(Path from, Path to);

  /** Whether {@link #toNew} was done, as far as the former name tells. */
  boolean isDone(Path from, Path to) throws IOException {
    return status(from).isEmpty();
  }

  /**
   * Whether {@link #toNew} may have ended in its middle: with a part copied, or with all copied and
   * a part removed.
   *
   * @param failure why it was not done
   */
  boolean mayBeHalf(IOException failure) {
    return !saysThatSomethingIsThere(failure);
  }

  private static boolean saysThatSomethingIsThere(IOException failure) {
    return failure instanceof RefusedException
        || failure instanceof FileAlreadyExistsException
        || failure instanceof org.apache.hadoop.fs.FileAlreadyExistsException;
  }

  /** The answer no. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(Path from) {
      super("The file system refused to rename " + from);
    }
  }

  /** Removes what {@link #toNew} has left of the former name. */
  final void forget(Path from) {
    try {
      fileSystem.delete(from, /* recursive= */ false);
    } catch (IOException e) {
      // All of it is published: leaving it is harmless.
    }
  }

  /**
   * Gives a file the name of another one, if there is one, in the same folder. Whatever fails, one
   * of them is found under that name or the one that {@link Publication#previous} gives.
   *
   * @throws IOException if nothing was done
   */
  abstract Optional<IOException> over(Path from, Path to) throws IOException;

  /** Makes sure that the names in a folder are on disk. */
  abstract void force(Path folder) throws IOException;

  /**
   * Those of HDFS: the namenode does one at a time. A file or folder that is there is not replaced
   * or moved into, unless it is asked for, and then it is replaced in one step.
   */
  private static final class Exact extends Renames {
    private final DistributedFileSystem hdfs;

    Exact(DistributedFileSystem hdfs) {
      super(hdfs);
      this.hdfs = hdfs;
    }

    @Override
    boolean areExact() {
      return true;
    }

    @Override
    Optional<IOException> toNew(Path from, Path to) {
      return failure(() -> hdfs.rename(from, to, Options.Rename.NONE));
    }

    @Override
    Optional<IOException> over(Path from, Path to) {
      return failure(() -> hdfs.rename(from, to, Options.Rename.OVERWRITE));
    }

    @Override
    boolean mayBeHalf(IOException failure) {
      return false;
    }

    @Override
    void force(Path folder) {
      // The namenode has written its log.
    }
  }

  /**
   * Those of any file system: one onto a folder may move into it and one onto a file may replace
   * it, both reporting success, and one that copies may be followed by the copy of another.
   */
  private static sealed class Loose extends Renames {
    Loose(FileSystem fileSystem) {
      super(fileSystem);
    }

    @Override
    final boolean areExact() {
      return false;
    }

    @Override
    Optional<IOException> toNew(Path from, Path to) {
      return rename(from, to);
    }

    final Optional<IOException> rename(Path from, Path to) {
      return failure(
          () -> {
            if (!fileSystem.rename(from, to)) {
              throw new RefusedException(from);
            }
          });
    }

    @Override
    final Optional<IOException> over(Path from, Path to) throws IOException {
      if (status(to).isPresent()) {
        Path previous = Publication.previous(to);
        fileSystem.delete(previous, /* recursive= */ false);
        Optional<IOException> failure = rename(to, previous);
        if (status(to).isPresent()) {
          throw failure.orElseGet(() -> new IOException("It was not renamed to " + previous));
        }
      }
      return rename(from, to);
    }

    @Override
    void force(Path folder) throws IOException {
      // Nothing is known that would.
    }
  }

  /**
   * Those of a local disk, where a second name for a file, unlike a rename, replaces nothing. Where
   * there are no second names (exFAT, CIFS, many a mount of a container), a move looks first.
   */
  private static final class Local extends Loose {
    private final RawLocalFileSystem local;
    private final Linking linking;

    Local(FileSystem fileSystem, RawLocalFileSystem local, Linking linking) {
      super(fileSystem);
      this.local = local;
      this.linking = linking;
    }

    private java.nio.file.Path path(Path path) {
      return local.pathToFile(path).toPath();
    }

    @Override
    Optional<IOException> toNew(Path from, Path to) {
      return Files.isRegularFile(path(from)) ? failure(() -> link(from, to)) : rename(from, to);
    }

    private void link(Path from, Path to) throws IOException {
      try {
        linking.link(path(to), path(from));
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (FileSystemException | UnsupportedOperationException e) {
        move(from, to, e);
      }
    }

    private void move(Path from, Path to, Exception unlinked) throws IOException {
      try {
        Files.move(path(from), path(to));
      } catch (IOException e) {
        e.addSuppressed(unlinked);
        throw e;
      }
    }

    @Override
    boolean isDone(Path from, Path to) throws IOException {
      // A folder has no second name.
      return Files.isRegularFile(path(from))
          ? Files.isSameFile(path(from), path(to))
          : super.isDone(from, to);
    }

    /** A name is on a local disk once its folder is. */
    @Override
    void force(Path folder) throws IOException {
      try (FileChannel channel = FileChannel.open(path(folder), StandardOpenOption.READ)) {
        channel.force(/* metaData= */ true);
      }
    }
  }
}
