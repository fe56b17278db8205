package org.sscspark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.sscspark.config.BadInputException;

/** Whether a folder can be made where a user wants one. */
public final class NewFolder {
  /** Schemes that Hadoop has file systems for, to which it cannot write. */
  private static final Set<String> READ_ONLY = Set.of("http", "https");

  private NewFolder() {}

  /**
   * Checks, before anything long, that a folder can be made at a location, and written to where it
   * is there and empty. Permissions do not tell that, as for root, or on a disk that is mounted to
   * be read; so a folder is made in the nearest one that is there, and removed. What holds
   * something already is left to who knows what that may be.
   *
   * @param option that names the location, for messages
   * @throws BadInputException if none can be made
   * @throws IOException if the file system cannot be asked
   */
  public static void requirePossible(Configuration configuration, URI location, String option)
      throws IOException {
    if (READ_ONLY.contains(String.valueOf(location.getScheme()))) {
      throw new BadInputException(
          "%s: nothing can be written to %s; give a folder of this machine or of a file system that is written to, as in hdfs://host/folder"
              .formatted(option, location));
    }
    requirePossible(Storage.fileSystem(configuration, location), Storage.path(location), option);
  }

  static void requirePossible(FileSystem fileSystem, Path target, String option)
      throws IOException {
    Path near = target;
    try {
      Optional<FileStatus> there = status(fileSystem, near);
      while (there.isEmpty() && near.getParent() != null) {
        near = near.getParent();
        there = status(fileSystem, near);
      }
      if (there.isPresent() && !there.get().isDirectory()) {
        throw near.equals(target)
            ? new BadInputException(
                "%s: %s is a file; give a folder, or the place of a new one"
                    .formatted(option, target))
            : refusal(option, near, "it is a file", null);
      }
      if (near.equals(target) && fileSystem.listStatus(near).length > 0) {
        return;
      }
    } catch (AccessControlException e) {
      throw refusal(option, near, firstLine(e), e);
    }
    Path probe = new Path(near, TextFiles.TEMPORARY + UUID.randomUUID());
    try {
      make(fileSystem, probe, near, option);
    } catch (IOException e) {
      throw refusal(option, near, firstLine(e), e);
    }
    fileSystem.delete(probe, /* recursive= */ false);
  }

  /**
   * Makes a folder.
   *
   * @param place what of its path the user knows, for messages
   * @throws BadInputException if the file system says that it did not
   */
  static void make(FileSystem fileSystem, Path folder, Path place, String option)
      throws IOException {
    if (!fileSystem.mkdirs(folder)) {
      throw refusal(option, place, "", null);
    }
  }

  /** What is at a path, if there is anything: below a file there is not. */
  static Optional<FileStatus> status(FileSystem fileSystem, Path path) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(path));
    } catch (FileNotFoundException | ParentNotDirectoryException e) {
      return Optional.empty();
    }
  }

  private static BadInputException refusal(
      String option, Path place, String reason, Exception cause) {
    return new BadInputException(
        "%s: cannot make a folder in %s%s; give another"
            .formatted(option, place, reason.isEmpty() ? "" : " (" + reason + ")"),
        cause);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
