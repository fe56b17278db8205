package org.sscspark.storage;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Makes what was written under a temporary name appear at its place, whole or not at all, on any
 * Hadoop file system. On HDFS that is one call: a rename that succeeds has done what was asked. In
 * all other cases, and wherever a rename fails, what is read back decides, as {@link Renames} says.
 */
public final class Publication {
  /** What names that {@link #previous} gives begin with. */
  static final String PREVIOUS = ".previous-";

  private final FileSystem fileSystem;
  private final Renames renames;

  public Publication(FileSystem fileSystem) {
    this(fileSystem, Renames.of(fileSystem));
  }

  Publication(FileSystem fileSystem, Renames renames) {
    this.fileSystem = fileSystem;
    this.renames = renames;
  }

  /** Tells whether what is at the place is what was to be published. */
  @FunctionalInterface
  public interface ReadBack {
    /**
     * Looks at what is published. Not asked where the file system's answer decides.
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
   * @throws PublicationUnknownException if it cannot be told who published, or whether all of it is
   *     there
   * @throws IOException if nothing was published
   */
  public void publish(Path temporary, Path target, ReadBack readBack) throws IOException {
    Optional<IOException> failure = renames.toNew(temporary, target);
    if (failure.isEmpty() && renames.areExact()) {
      return;
    }
    Path inside = new Path(target, temporary.getName());
    Optional<FileStatus> there;
    boolean movedInto = false;
    boolean ours = false;
    boolean half = false;
    try {
      there = renames.status(target);
      if (there.isPresent()) {
        movedInto = there.get().isDirectory() && renames.status(inside).isPresent();
        boolean done = renames.isDone(temporary, target);
        boolean broken = !done && failure.filter(renames::mayBeHalf).isPresent();
        // Of a folder only what is moved as one is known to be whole.
        half = broken && there.get().isDirectory();
        ours = (done || broken) && !half && !movedInto && readBack.isOurs(target);
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
    if (half) {
      throw new PublicationUnknownException(
          "The file system failed while it renamed %s to %s (%s): either may have only a part of it; if all is in the former, remove the latter and give its name to the former"
              .formatted(temporary, target, failure.get().getMessage()),
          failure.get());
    }
    if (ours) {
      renames.forget(temporary);
      renames.force(target.getParent());
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
   * Publishes a file in place of an earlier one. Where the file system cannot do that in one step,
   * the earlier one is found meanwhile under the name that {@link #previous} gives, so that one of
   * them is always there. One process at a time may do this.
   *
   * @param temporary what was written, in the same folder as the target; it is gone afterwards
   * @throws IOException if it was not published; then the earlier file is there, under either name
   */
  public void replace(Path temporary, Path target, ReadBack readBack) throws IOException {
    try {
      Optional<IOException> failure = renames.over(temporary, target);
      if (failure.isEmpty() && renames.areExact()) {
        return;
      }
      if (renames.status(target).isEmpty() || !readBack.isOurs(target)) {
        throw failure.orElseGet(() -> new IOException("What is read back is not what was written"));
      }
      fileSystem.delete(previous(target), /* recursive= */ false);
      renames.force(target.getParent());
    } catch (IOException e) {
      delete(temporary, e);
      throw e;
    }
  }

  /** Where the earlier content of a file is while {@link #replace} replaces it, where need be. */
  static Path previous(Path target) {
    return new Path(target.getParent(), PREVIOUS + target.getName());
  }

  private void delete(Path path, Exception cause) {
    try {
      fileSystem.delete(path, /* recursive= */ true);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
