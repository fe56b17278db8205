package org.sscspark.storage;

import java.io.IOException;
import java.time.Duration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** For tests elsewhere: a folder that is held, of which a watcher hears at its first look. */
public final class BusyFolder {
  private BusyFolder() {}

  /** Takes a folder's lease, and beats often. */
  public static Lease hold(FileSystem fileSystem, Path folder) throws IOException {
    return Lease.take(
        fileSystem, folder, new Lease.Timing(Duration.ofMillis(500), Lease.Timing.USUAL.stale()));
  }
}
