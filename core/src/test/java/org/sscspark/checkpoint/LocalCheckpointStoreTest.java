package org.sscspark.checkpoint;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalCheckpointStoreTest extends CheckpointStoreContract {
  @TempDir private java.nio.file.Path temporary;
  private int folders;

  @Override
  protected FileSystem fileSystem() throws IOException {
    return FileSystem.getLocal(new Configuration());
  }

  @Override
  protected Path newFolder() {
    return new Path(temporary.resolve("checkpoints-" + folders++).toUri());
  }
}
