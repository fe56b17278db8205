package org.sscspark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process that was killed leaves of what it was writing. Only who holds the run may remove
 * it: to anybody else it may be what another process is about to rename.
 */
final class Leftovers {
  /** What temporary names begin with. */
  static final String TEMPORARY = ".tmp-";

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /** Removes those in a folder, which need not exist. */
  static void remove(FileSystem fileSystem, Path folder) throws IOException {
    try {
      remove(fileSystem, fileSystem.listStatus(folder));
    } catch (FileNotFoundException e) {
      // Nothing was ever written there.
    }
  }

  /** Removes those among what a listing has found. */
  static void remove(FileSystem fileSystem, FileStatus[] children) throws IOException {
    for (FileStatus child : children) {
      if (child.getPath().getName().startsWith(TEMPORARY)) {
        LOG.info("Removing {}, which an interrupted run left behind", child.getPath());
        fileSystem.delete(child.getPath(), /* recursive= */ true);
      }
    }
  }
}
