package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.network.FeatureShape;
import org.sscspark.storage.DurableFile;
import org.sscspark.storage.FailingDisk;

/** A shard is on disk when it is closed, and its file is closed whatever fails. */
class ShardWriterTest {
  @TempDir private java.nio.file.Path temporary;
  private FailingDisk disk;

  @BeforeEach
  void open() throws IOException {
    disk = new FailingDisk();
  }

  private ShardWriter writer(int imageBytes) throws IOException {
    ShardWriter writer =
        new ShardWriter(
            disk,
            new Path(temporary.resolve("shard").toUri()),
            ImageSizes.of(new FeatureShape(1, 1, imageBytes)));
    writer.write(new ShardExample(1, 0, new byte[imageBytes], 1, imageBytes));
    return writer;
  }

  /** Small ones meet the full disk only when they are forced to it. */
  @ParameterizedTest
  @ValueSource(ints = {10, 100_000})
  void theFileIsClosedIfTheDiskIsFull(int imageBytes) throws IOException {
    ShardWriter writer = writer(imageBytes);
    disk.fillUpTo(0);
    assertThatThrownBy(writer::close)
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(disk.open()).isZero();
  }

  @Test
  void aShardIsForcedToDiskOnceWhereTheFileSystemCan() throws IOException {
    ShardWriter writer = writer(10);
    writer.close();
    assertThat(disk.forced()).isEqualTo(1);
    assertThat(disk.open()).isZero();
    Path file = new Path(temporary.resolve("shard").toUri());
    String written = writer.description("shard").sha256();
    assertThat(DurableFile.sha256(disk, file)).isEqualTo(written);
    disk.delete(file, /* recursive= */ false);
    disk.withoutForcing();
    writer(10).close();
    assertThat(disk.forced()).isEqualTo(1);
    assertThat(DurableFile.sha256(disk, file)).isEqualTo(written);
  }
}
