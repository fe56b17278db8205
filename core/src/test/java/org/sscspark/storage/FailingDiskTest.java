package org.sscspark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails on a local disk is an exception, and leaves nothing half written. */
class FailingDiskTest {
  private static final String LONG = "x".repeat(100_000);

  @TempDir private java.nio.file.Path temporary;
  private Path folder;
  private FailingDisk disk;
  private TextFiles texts;

  @BeforeEach
  void open() throws IOException {
    folder = new Path(temporary.toUri());
    disk = new FailingDisk();
    texts = new TextFiles(disk, folder);
  }

  @Test
  void aTextThatDoesNotFitLeavesTheOldOneAndNoDraft() throws IOException {
    texts.write("a", "old");
    // In the midst of the text, at its very end, where buffers are written, and at once.
    for (int room : List.of(50_000, 99_999, 0)) {
      disk.fillUpTo(room);
      assertThatThrownBy(() -> texts.write("a", LONG))
          .isInstanceOf(IOException.class)
          .hasMessage("Cannot write " + new Path(folder, "a") + ": No space left on device");
      assertThatThrownBy(() -> texts.writeNew("b", LONG))
          .isInstanceOf(IOException.class)
          .hasMessage("Cannot write " + new Path(folder, "b") + ": No space left on device");
      assertThat(temporary.toFile().list()).containsExactly("a");
      assertThat(disk.open()).isZero();
    }
    assertThat(texts.read("a")).contains("old");
    disk.makeRoom();
    texts.write("a", LONG);
    assertThat(texts.read("a")).contains(LONG);
  }

  /** A text of few bytes fails only when buffers are written, by whatever writes them. */
  @Test
  void eachWayToWriteTellsOfAFullDisk() throws IOException {
    List<ThrowingCallable> ways =
        List.of(
            () -> writing("a", out -> out.write(new byte[100_000])),
            () ->
                writing(
                    "b",
                    out -> {
                      for (int i = 0; i < 100_000; i++) {
                        out.write(i);
                      }
                    }),
            () ->
                writing(
                    "c",
                    out -> {
                      out.write(1);
                      out.flush();
                    }),
            () ->
                writing(
                    "d",
                    out -> {
                      out.write(1);
                      out.force();
                    }),
            () -> writing("e", out -> out.write(1)));
    disk.fillUpTo(0);
    for (ThrowingCallable way : ways) {
      assertThatThrownBy(way).isInstanceOf(IOException.class).hasMessage("No space left on device");
      assertThat(disk.open()).isZero();
    }
  }

  private interface Writing {
    void to(DurableOutput out) throws IOException;
  }

  private void writing(String name, Writing writing) throws IOException {
    try (DurableOutput out = DurableOutput.create(disk, new Path(folder, name))) {
      writing.to(out);
    }
  }

  @Test
  void filesAreForcedWhereTheFileSystemCan() throws IOException {
    texts.write("a", "1");
    assertThat(disk.forced()).isEqualTo(1);
    disk.withoutForcing();
    texts.write("b", "2");
    assertThat(texts.read("b")).contains("2");
    assertThat(disk.forced()).isEqualTo(1);
  }

  @Test
  void eachWayToReadTellsOfABrokenDisk() throws IOException {
    Path file = new Path(folder, "a");
    DurableFile.write(disk, file, out -> out.write(LONG.getBytes("US-ASCII")));
    byte[] bytes = new byte[3];
    try (StoredInput in = StoredInput.open(disk, file)) {
      in.readFully(50_000, bytes);
      assertThat(bytes).containsOnly('x');
      in.seek(99_990);
      assertThat(in.skip(8)).isEqualTo(8);
      assertThat(in.getPos()).isEqualTo(99_998);
      assertThat(in.readAllBytes()).hasSize(2);
      disk.breakDown();
      in.seek(0);
      List<ThrowingCallable> ways =
          List.of(
              in::read,
              () -> in.read(bytes),
              () -> in.read(7, bytes, 0, 1),
              () -> in.readFully(7, bytes),
              () -> in.skip(1),
              () -> DurableFile.sha256(disk, file),
              () -> texts.read("a"));
      for (ThrowingCallable way : ways) {
        assertThatThrownBy(way).isInstanceOf(IOException.class).hasMessage("Input/output error");
      }
    }
  }

  /** The local file system copies what it cannot rename, and the copy may not fit. */
  @Test
  void aRenameThatDoesNotFitIsAFailure() throws IOException {
    FileSystem copying =
        new FilterFileSystem(disk) {
          @Override
          public boolean rename(Path source, Path target) {
            throw FailingDisk.error("No space left on device");
          }
        };
    assertThat(Renames.of(copying).toNew(new Path(folder, "none"), new Path(folder, "new")))
        .hasValueSatisfying(e -> assertThat(e).hasMessage("No space left on device"));
  }
}
