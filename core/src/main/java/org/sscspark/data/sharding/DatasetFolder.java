package org.sscspark.data.sharding;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ReadingNotes;
import org.sscspark.data.Storage;

/**
 * A data set while it is written: a hidden folder beside its final place, which {@link #commit}
 * renames. Before that nothing is at the final place, whatever fails; {@link #close} removes what
 * was not committed.
 */
public final class DatasetFolder implements AutoCloseable {
  static final String SHARDS = "shards";

  private final FileSystem fileSystem;
  private final Path target;
  private final Path draft;
  private boolean committed;

  private DatasetFolder(FileSystem fileSystem, Path target, Path draft) {
    this.fileSystem = fileSystem;
    this.target = target;
    this.draft = draft;
  }

  /**
   * Begins a data set.
   *
   * @throws BadInputException if there is something at the location already
   */
  public static DatasetFolder create(Configuration configuration, URI location) throws IOException {
    FileSystem fileSystem = Storage.fileSystem(configuration, location);
    Path target = Storage.path(location);
    rejectExisting(fileSystem, target);
    Path draft =
        new Path(target.getParent(), "." + target.getName() + ".draft-" + UUID.randomUUID());
    fileSystem.mkdirs(new Path(draft, SHARDS));
    fileSystem.deleteOnExit(draft);
    return new DatasetFolder(fileSystem, target, draft);
  }

  /**
   * Checks that a data set can be made at a location.
   *
   * @throws BadInputException if there is something already
   */
  public static void rejectExisting(Configuration configuration, URI location) throws IOException {
    rejectExisting(Storage.fileSystem(configuration, location), Storage.path(location));
  }

  private static void rejectExisting(FileSystem fileSystem, Path target) throws IOException {
    if (fileSystem.exists(target)) {
      throw new BadInputException(
          "%s exists already; remove it or give another --out".formatted(target));
    }
  }

  /** The folder in which attempts write their files, under names of their own. */
  public URI attempts() {
    return draft.toUri();
  }

  /**
   * Makes the data set appear at its place.
   *
   * @param shards the attempt that counts for each shard, in order; files of others are removed
   * @param leftOut images that are not in the data set, which get a list of their own
   * @throws BadInputException if something appeared at the location meanwhile
   */
  public void commit(DatasetManifest manifest, List<WrittenShard> shards, RejectedImages leftOut)
      throws IOException {
    for (WrittenShard shard : shards) {
      rename(new Path(draft, shard.attempt()), new Path(draft, shard.file().file()));
    }
    for (FileStatus left : fileSystem.listStatus(draft)) {
      if (left.isFile()) {
        fileSystem.delete(left.getPath(), false);
      }
    }
    if (leftOut.count() > 0) {
      write(ReadingNotes.LEFT_OUT_FILE, leftOut.json());
    }
    write(DatasetManifest.FILE_NAME, manifest.toJson());
    rejectExisting(fileSystem, target);
    rename(draft, target);
    committed = true;
    fileSystem.cancelDeleteOnExit(draft);
  }

  private void write(String name, String text) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(new Path(draft, name), false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.hsync();
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      fileSystem.delete(draft, true);
      fileSystem.cancelDeleteOnExit(draft);
    }
  }
}
