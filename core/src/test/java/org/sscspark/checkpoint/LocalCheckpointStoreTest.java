package org.sscspark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.storage.FailingDisk;

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

  /** The disk is full in the first file, in the second, and in the manifest. */
  @ParameterizedTest
  @ValueSource(ints = {0, 50, 100, 100_000, 200_099, 200_100, 200_200})
  void aFullDiskIsAClearErrorAndLeavesNothing(int room) throws IOException {
    FailingDisk disk = new FailingDisk();
    CheckpointStore store = new CheckpointStore(disk, newFolder());
    CheckpointWriter writer = CheckpointWriter.begin(store);
    writer.commit(1, Optional.empty(), files(1));
    disk.fillUpTo(room);
    assertThatThrownBy(() -> writer.commit(2, Optional.empty(), files(2)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "Cannot write checkpoint .*/round-00000002 \\(No space left on device\\); the"
                + " checkpoints before it are as they were");
    assertHolds(store, store.newestValid().orElseThrow(), 1);
    assertThat(disk.listStatus(store.folder()))
        .extracting(status -> status.getPath().getName())
        .containsExactly("round-00000001");
    assertThat(disk.open()).isZero();
    disk.makeRoom();
    writer.commit(2, Optional.empty(), files(2));
    assertHolds(store, store.newestValid().orElseThrow(), 2);
  }

  /** A disk that cannot be read is a failure, not damage of what is on it. */
  @Test
  void aBrokenDiskIsNotTakenForDamage() throws IOException {
    FailingDisk disk = new FailingDisk();
    CheckpointStore store = new CheckpointStore(disk, newFolder());
    Checkpoint committed = CheckpointWriter.begin(store).commit(1, Optional.empty(), files(1));
    disk.breakDown();
    assertThatThrownBy(store::newestValid)
        .isInstanceOf(IOException.class)
        .hasMessage("Input/output error");
    try (InputStream in = store.open(committed, "state.bin")) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessage("Input/output error");
    }
  }
}
