package org.sscspark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kind: what cannot be read now, and is not lost. Taken for damage, it would cost the rounds since
 * an older checkpoint, or all of them.
 */
class CheckpointVerifierTest {
  @TempDir private java.nio.file.Path temporary;
  private Path checkpoint;

  @BeforeEach
  void commit() throws IOException {
    CheckpointStore store =
        new CheckpointStore(local(), new Path(temporary.resolve("run").toUri()));
    checkpoint =
        CheckpointWriter.begin(store)
            .commit(1, Optional.empty(), CheckpointStoreContract.files(1))
            .folder();
  }

  private static FileSystem local() throws IOException {
    return FileSystem.getLocal(new Configuration()).getRawFileSystem();
  }

  /** As HDFS, while no data node has the blocks of one file. */
  private static final class Missing extends FilterFileSystem {
    private final String name;
    private final boolean corrupt;
    private int timesLeft;

    Missing(String name, int times, boolean corrupt) throws IOException {
      super(local());
      this.name = name;
      this.timesLeft = times;
      this.corrupt = corrupt;
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      if (path.getName().equals(name) && timesLeft-- > 0) {
        throw new BlockMissingException(path.toString(), "Could not obtain block", 0);
      }
      return super.open(path, bufferSize);
    }

    @Override
    public BlockLocation[] getFileBlockLocations(Path path, long start, long length) {
      return new BlockLocation[] {
        new BlockLocation(new String[0], new String[0], 0, 1, corrupt),
      };
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CheckpointManifest.FILE_NAME, "state.bin"})
  void aBlockThatComesBackIsWaitedFor(String name) throws Exception {
    Missing files = new Missing(name, 3, /* corrupt= */ false);
    assertThat(new CheckpointVerifier(files).verified(checkpoint).round()).isEqualTo(1);
    assertThat(files.timesLeft).isNegative();
  }

  @ParameterizedTest
  @ValueSource(strings = {CheckpointManifest.FILE_NAME, "state.bin"})
  void aBlockThatStaysAwayIsAFailureOfTheFileSystem(String name) throws IOException {
    CheckpointVerifier verifier =
        new CheckpointVerifier(
            new Missing(name, Integer.MAX_VALUE, /* corrupt= */ false),
            Optional.empty(),
            Duration.ZERO);
    assertThatThrownBy(() -> verifier.verified(checkpoint))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(BlockMissingException.class)
        .hasMessageContainingAll(
            "No data node has a block of " + new Path(checkpoint, name), "delete " + checkpoint);
  }

  @Test
  void aBlockOfWhichEveryCopyIsCorruptIsDamage() throws IOException {
    Missing files = new Missing("state.bin", Integer.MAX_VALUE, /* corrupt= */ true);
    assertThatThrownBy(() -> new CheckpointVerifier(files).verified(checkpoint))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("state.bin cannot be read");
    assertThat(files.timesLeft).isEqualTo(Integer.MAX_VALUE - 1);
  }
}
