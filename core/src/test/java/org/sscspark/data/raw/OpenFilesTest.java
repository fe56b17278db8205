package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.config.BadInputException;

/** What went bad after it was planned leaves no file open. */
class OpenFilesTest {
  private static final Configuration HADOOP = OpenFiles.configuration();

  @TempDir private Path folder;

  @BeforeEach
  void forget() {
    OpenFiles.forget();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"})
  void neitherFileOfAnIdxSetStaysOpenIfOneIsBad(String bad) throws IOException {
    RawFixtures.write(
        folder.resolve("train-images-idx3-ubyte"),
        RawFixtures.idx(0x803, new int[] {2, 2, 2}, new byte[8]));
    RawFixtures.write(
        folder.resolve("train-labels-idx1-ubyte"),
        RawFixtures.idx(0x801, new int[] {2}, new byte[] {3, 4}));
    RawDataset raw = RawFormat.IDX.open(HADOOP, OpenFiles.uri(folder), "");
    try (RawRecords records = raw.open(HADOOP, raw.parts().get(0), RawContent.IMAGES)) {
      assertThat(records.next().className()).isEqualTo("3");
      assertThat(OpenFiles.names()).hasSize(2);
    }
    assertThat(OpenFiles.names()).isEmpty();

    // Of another kind, cut short, and gone.
    RawFixtures.write(folder.resolve(bad), new byte[20]);
    RawPart part = raw.parts().get(0);
    assertFails(raw, part, bad + " is no IDX file of unsigned bytes");
    RawFixtures.write(folder.resolve(bad), new byte[2]);
    assertFails(raw, part, bad + " is truncated or corrupt");
    Files.delete(folder.resolve(bad));
    assertFails(raw, part, bad + " does not exist); fetch it again");
  }

  @Test
  void anArchiveThatEndsBeforeAPartIsClosed() throws IOException {
    TestArchive images = new TestArchive();
    for (int i = 0; i < 9; i++) {
      images.file("set/cat/" + i + ".png", new byte[600]);
    }
    byte[] tar = images.tar();
    RawFixtures.write(folder.resolve("set.tar"), tar);
    RawDataset raw =
        RawFormat.IMAGE_FOLDER.open(HADOOP, OpenFiles.uri(folder.resolve("set.tar")), "");
    RawPart part = new RawPart(raw.parts().get(0).location(), 7, 9);
    try (RawRecords records = raw.open(HADOOP, part, RawContent.IMAGES)) {
      assertThat(records.next().className()).isEqualTo("cat");
      assertThat(OpenFiles.names()).containsExactly("set.tar");
    }
    assertThat(OpenFiles.names()).isEmpty();

    RawFixtures.write(folder.resolve("set.tar"), Arrays.copyOf(tar, 3000));
    assertFails(raw, part, " is truncated or corrupt");
  }

  private static void assertFails(RawDataset raw, RawPart part, String message) {
    assertThatThrownBy(() -> raw.open(HADOOP, part, RawContent.IMAGES))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
    assertThat(OpenFiles.names()).isEmpty();
  }
}
