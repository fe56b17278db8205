package org.sscspark.data.sharding;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.ReadingNotes;
import org.sscspark.storage.DraftFolder;
import org.sscspark.storage.DurableFile;

/** A data set while it is written; nothing is at its final place before {@link #commit}. */
public final class DatasetFolder implements AutoCloseable {
  static final String SHARDS = "shards";

  private final DraftFolder draft;

  private DatasetFolder(DraftFolder draft) {
    this.draft = draft;
  }

  /**
   * Begins a data set.
   *
   * @throws BadInputException if there is something at the location already
   */
  public static DatasetFolder create(Configuration configuration, URI location) throws IOException {
    return begin(DraftFolder.create(configuration, location));
  }

  static DatasetFolder begin(DraftFolder draft) throws IOException {
    draft.fileSystem().mkdirs(new Path(draft.path(), SHARDS));
    return new DatasetFolder(draft);
  }

  /**
   * Checks that a data set can be made at a location.
   *
   * @throws BadInputException if there is something already, or no folder can be made
   */
  public static void rejectExisting(Configuration configuration, URI location) throws IOException {
    DraftFolder.rejectExisting(configuration, location);
  }

  /** The folder in which attempts write their files, under names of their own. */
  public URI attempts() {
    return draft.path().toUri();
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
      rename(new Path(draft.path(), shard.attempt()), new Path(draft.path(), shard.file().file()));
    }
    for (FileStatus left : draft.fileSystem().listStatus(draft.path())) {
      if (left.isFile()) {
        draft.fileSystem().delete(left.getPath(), false);
      }
    }
    if (leftOut.count() > 0) {
      write(ReadingNotes.LEFT_OUT_FILE, leftOut.json());
    }
    write(DatasetManifest.FILE_NAME, manifest.toJson());
    draft.publish();
  }

  private void write(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    DurableFile.write(draft.fileSystem(), new Path(draft.path(), name), out -> out.write(bytes));
  }

  private void rename(Path from, Path to) throws IOException {
    if (!draft.fileSystem().rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  @Override
  public void close() throws IOException {
    draft.close();
  }
}
