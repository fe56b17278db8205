package org.sscspark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Makes what was written under a temporary name appear at its place, whole or not at all, on any
 * Hadoop file system. The answer of a rename alone does not tell: one that throws may have been
 * done, one onto a folder may have moved into it and one onto a file may have replaced it, both
 * reporting success. So what is read back decides.
 */
public final class Publication {
  private final FileSystem fileSystem;

  public Publication(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Tells whether what is at the place is what was to be published. */
  @FunctionalInterface
  public interface ReadBack {
    /**
     * Looks at what is published.
     *
     * @param published the place, at which there is something
     */
    boolean isOurs(Path published) throws IOException;
  }

  /**
   * Publishes a file or folder where nothing is. Of several who try, one succeeds.
   *
   * @param temporary what was written, in the same folder as the target; it is gone afterwards,
   *     unless the outcome is unknown
   * @throws PublicationConflictException if somebody else published there
   * @throws PublicationUnknownException if it cannot be told who published
   * @throws IOException if nothing was published
   */
  public void publish(Path temporary, Path target, ReadBack readBack) throws IOException {
    boolean isFile = fileSystem.getFileStatus(temporary).isFile();
    Optional<RawLocalFileSystem> local = local();
    Optional<IOException> failure;
    Optional<FileStatus> there;
    boolean movedInto = false;
    boolean ours = false;
    Path inside = new Path(target, temporary.getName());
    if (isFile && local.isPresent()) {
      failure = link(local.get(), temporary, target);
    } else {
      failure = rename(temporary, target);
    }
    try {
      there = status(target);
      if (there.isPresent()) {
        movedInto = there.get().isDirectory() && status(inside).isPresent();
        boolean moved =
            isFile && local.isPresent()
                ? isSameFile(local.get(), temporary, target)
                : status(temporary).isEmpty();
        ours = moved && !movedInto && readBack.isOurs(target);
      }
    } catch (IOException e) {
      failure.ifPresent(e::addSuppressed);
      throw new PublicationUnknownException(
          "It is unknown whether "
              + target
              + " was published ("
              + e.getMessage()
              + "); start again to resume from what is there",
          e);
    }
    if (ours) {
      if (isFile && local.isPresent()) {
        // Only a second name of what is published: leaving it is harmless.
        deleteQuietly(temporary);
      }
      sync(local, target.getParent());
      return;
    }
    IOException lost =
        there.isPresent()
            ? new PublicationConflictException(
                target
                    + " has been published before: another process writes to this folder; stop it,"
                    + " or choose another folder")
            : new IOException("Cannot publish " + target, failure.orElse(null));
    delete(temporary, lost);
    if (movedInto) {
      delete(inside, lost);
    }
    throw lost;
  }

  /**
   * Publishes a file in place of an earlier one. Meanwhile the earlier one is found under the name
   * that {@link #previous} gives, so that one of them is always there. One process at a time may do
   * this.
   *
   * @param temporary what was written, in the same folder as the target; it is gone afterwards
   * @throws IOException if it was not published; then the earlier file is there, under either name
   */
  public void replace(Path temporary, Path target, ReadBack readBack) throws IOException {
    Path previous = previous(target);
    try {
      if (status(target).isPresent()) {
        fileSystem.delete(previous, /* recursive= */ false);
        Optional<IOException> failure = rename(target, previous);
        if (status(target).isPresent()) {
          throw failure.orElseGet(() -> new IOException("It was not renamed to " + previous));
        }
      }
      Optional<IOException> failure = rename(temporary, target);
      if (status(target).isEmpty() || !readBack.isOurs(target)) {
        throw failure.orElseGet(() -> new IOException("What is read back is not what was written"));
      }
      fileSystem.delete(previous, /* recursive= */ false);
      sync(local(), target.getParent());
    } catch (IOException e) {
      delete(temporary, e);
      throw e;
    }
  }

  /** Where the earlier content of a file is while {@link #replace} replaces it. */
  static Path previous(Path target) {
    return new Path(target.getParent(), ".previous-" + target.getName());
  }

  private Optional<IOException> rename(Path from, Path to) {
    try {
      return fileSystem.rename(from, to)
          ? Optional.empty()
          : Optional.of(new IOException("The file system refused to rename " + from));
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /** A rename on a local disk would replace a file; a second name for a file replaces nothing. */
  private static Optional<IOException> link(RawLocalFileSystem local, Path from, Path to) {
    try {
      Files.createLink(local.pathToFile(to).toPath(), local.pathToFile(from).toPath());
      return Optional.empty();
    } catch (FileAlreadyExistsException e) {
      return Optional.of(e);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of(new IOException("Cannot link " + from + " to " + to, e));
    }
  }

  private static boolean isSameFile(RawLocalFileSystem local, Path one, Path other)
      throws IOException {
    return Files.isSameFile(local.pathToFile(one).toPath(), local.pathToFile(other).toPath());
  }

  private Optional<FileStatus> status(Path path) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private void delete(Path path, Exception cause) {
    try {
      fileSystem.delete(path, /* recursive= */ true);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void deleteQuietly(Path path) {
    delete(path, new IOException());
  }

  private Optional<RawLocalFileSystem> local() {
    FileSystem inner = fileSystem;
    while (inner instanceof FilterFileSystem filter) {
      inner = filter.getRawFileSystem();
    }
    return inner instanceof RawLocalFileSystem local ? Optional.of(local) : Optional.empty();
  }

  /** A name is on a local disk once its folder is; others (HDFS) keep names in a log of theirs. */
  private static void sync(Optional<RawLocalFileSystem> local, Path folder) throws IOException {
    if (local.isPresent()) {
      try (FileChannel channel =
          FileChannel.open(local.get().pathToFile(folder).toPath(), StandardOpenOption.READ)) {
        channel.force(/* metaData= */ true);
      }
    }
  }
}
