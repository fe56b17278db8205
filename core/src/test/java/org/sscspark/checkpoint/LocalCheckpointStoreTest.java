package org.sscspark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.storage.FailingDisk;
import org.sscspark.storage.FileContent;
import org.sscspark.storage.Lease;
import org.sscspark.storage.TextFiles;

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

  /** Kind: a writer that stood still while another took over, and goes on where it stood. */
  @Test
  void whoIsTakenOverWhileItWritesCommitsNothing() throws IOException {
    Path run = newFolder();
    CheckpointStore store = new CheckpointStore(fileSystem(), new Path(run, "checkpoints"));
    fileSystem().mkdirs(run);
    try (Lease lease = Lease.take(fileSystem(), run)) {
      CheckpointWriter writer = CheckpointWriter.begin(store).heldBy(lease);
      writer.commit(1, Optional.empty(), files(1));
      Map<String, FileContent> files = new TreeMap<>(files(2));
      files.put("slow", out -> new TextFiles(fileSystem(), run).write(Lease.FILE, "{}"));
      assertThatThrownBy(() -> writer.commit(2, Optional.empty(), files))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was taken over by");
      assertThat(fileSystem().listStatus(store.folder()))
          .extracting(status -> status.getPath().getName())
          .containsExactly("round-00000001");
    }
  }

  /** As where a process makes a checkpoint and removes one before it while that is read. */
  private static final class Running extends FilterFileSystem {
    private final String read;
    private final Path made;

    Running(String read, Path made) throws IOException {
      super(FileSystem.getLocal(new Configuration()).getRawFileSystem());
      this.read = read;
      this.made = made;
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      Path checkpoint = path.getParent();
      if (path.toString().endsWith(read) && exists(made)) {
        assertThat(rename(made, new Path(checkpoint.getParent(), made.getName()))).isTrue();
        assertThat(delete(checkpoint, true)).isTrue();
      }
      return super.open(path, bufferSize);
    }
  }

  /** Kind: a reader beside a running training, which takes a removed checkpoint for damaged. */
  @ParameterizedTest
  @ValueSource(strings = {CheckpointManifest.FILE_NAME, "state.bin"})
  void ofCheckpointsThatAreRemovedMeanwhileTheLaterIsFound(String read) throws IOException {
    for (boolean best : new boolean[] {false, true}) {
      Path folder = newFolder();
      Path aside = newFolder();
      CheckpointStore store = new CheckpointStore(fileSystem(), folder);
      CheckpointWriter writer = CheckpointWriter.begin(store);
      for (int round = 1; round <= 3; round++) {
        writer.commit(round, Optional.of(0.1 * round), files(round));
      }
      Path made = new Path(aside, "round-00000003");
      assertThat(fileSystem().mkdirs(aside)).isTrue();
      assertThat(fileSystem().rename(new Path(folder, made.getName()), made)).isTrue();
      CheckpointStore reader =
          new CheckpointStore(new Running("round-00000002/" + read, made), folder);
      try (LogCapture log = new LogCapture(CheckpointStore.class)) {
        assertHolds(reader, (best ? reader.best() : reader.newestValid()).orElseThrow(), 3);
        assertThat(log.warnings()).isEmpty();
      }
    }
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
