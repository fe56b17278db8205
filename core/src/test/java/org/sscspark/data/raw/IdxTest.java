package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.data.raw.RawFixtures.assertBadInput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.ReadLimits;

/** IDX files as MNIST and EMNIST publish them. */
class IdxTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private void write(String set, byte... labels) throws IOException {
    byte[] images = new byte[labels.length * 4];
    write(
        set,
        RawFixtures.idx(0x803, new int[] {labels.length, 2, 2}, images),
        RawFixtures.idx(0x801, new int[] {labels.length}, labels));
  }

  private void write(String set, byte[] images, byte[] labels) throws IOException {
    RawFixtures.write(folder.resolve(set + "-images-idx3-ubyte.gz"), RawFixtures.gzip(images));
    RawFixtures.write(folder.resolve(set + "-labels-idx1-ubyte.gz"), RawFixtures.gzip(labels));
  }

  private RawDataset open(String split) {
    return RawFormat.IDX.open(HADOOP, folder.toUri(), split);
  }

  private Map<String, Long> counts(String split) throws IOException {
    RawDataset raw = open(split);
    return raw.count(HADOOP, raw.parts().get(0)).images();
  }

  @Test
  void classesAreTheLabelsThatOccur() throws IOException {
    write("train", (byte) 10, (byte) 1, (byte) 26, (byte) 2, (byte) 1, (byte) 200);

    assertThat(open("").classes()).contains(List.of("1", "2", "10", "26", "200"));
    assertThat(counts("")).isEqualTo(Map.of("1", 2L, "2", 1L, "10", 1L, "26", 1L, "200", 1L));
  }

  @Test
  void namesOfNistAreKnown() throws IOException {
    write("emnist-letters-train", (byte) 1, (byte) 2);
    write("emnist-letters-test", (byte) 2, (byte) 2);

    assertThat(counts("train")).isEqualTo(Map.of("1", 1L, "2", 1L));
    assertThat(counts("test")).isEqualTo(Map.of("2", 2L));
  }

  @Test
  void severalSetsInAFolderAreToldApart() throws IOException {
    write("emnist-letters-train", (byte) 1);
    write("emnist-digits-train", (byte) 7);

    assertBadInput(
        () -> open("train"),
        "has several data sets; say which by --split with one of "
            + "[emnist-digits-train, emnist-letters-train]");
    assertThat(counts("emnist-digits-train")).isEqualTo(Map.of("7", 1L));
    assertBadInput(() -> open("val"), "has no split 'val'; use train or test, or one of [emnist-");
    write("train", (byte) 3);
    assertThat(counts("train")).isEqualTo(Map.of("3", 1L));
  }

  @Test
  void whatIsMissingIsNamedWithoutARegularExpression() throws IOException {
    assertBadInput(() -> open(""), "has no file train-images-idx3-ubyte, with or without .gz");
    RawFixtures.write(folder.resolve("train-images-idx3-ubyte"), new byte[20]);
    assertBadInput(
        () -> open(""), "has no file train-labels-idx1-ubyte, with or without .gz, beside");
    Path zip = RawFixtures.write(folder.resolve("emnist.zip"), new byte[] {'P', 'K', 3, 4});
    assertBadInput(
        () -> RawFormat.IDX.open(HADOOP, zip.toUri(), ""),
        "emnist.zip is a zip archive; unpack it");
  }

  /** Kind: remedies that are what the user has done. */
  @Test
  void filesWithoutImagesAreNotSentToThisFormat() throws IOException {
    RawFixtures.write(folder.resolve("train-labels-idx1-ubyte"), new byte[9]);
    assertBadInput(
        () -> open(""), "has train-labels-idx1-ubyte and no file train-images-idx3-ubyte, with");
    RawFixtures.write(folder.resolve("train-images.idx4-ubyte.gz"), new byte[9]);
    assertBadInput(
        () -> open(""), "has train-images.idx4-ubyte.gz and no file", "images in 3 dimensions");
  }

  /** Kind: files of which one is taken without a word. */
  @Test
  void aFileThatIsThereTwiceIsRefused() throws IOException {
    write("train", (byte) 1);
    RawFixtures.write(folder.resolve("train-images.idx3-ubyte"), new byte[20]);
    assertBadInput(
        () -> open(""), "more than once: [train-images-idx3-ubyte.gz, train-images.idx3-ubyte]");
    Files.delete(folder.resolve("train-images.idx3-ubyte"));
    RawFixtures.write(folder.resolve("train-labels-idx1-ubyte"), new byte[9]);
    assertBadInput(() -> open(""), "[train-labels-idx1-ubyte, train-labels-idx1-ubyte.gz]");
  }

  @Test
  void sizesInHeadersAreNotBelieved() throws IOException {
    write(
        "train",
        RawFixtures.idx(0x803, new int[] {1, 60_000, 60_000}, new byte[0]),
        RawFixtures.idx(0x801, new int[] {1}, new byte[1]));
    assertBadInput(() -> open(""), "says that its images are 60000x60000, and at most 33,554,432");

    write(
        "train",
        RawFixtures.idx(0x803, new int[] {2_000_000_000, 2, 2}, new byte[8]),
        RawFixtures.idx(0x801, new int[] {2_000_000_000}, new byte[2]));
    assertBadInput(() -> open(""), "labels-idx1-ubyte.gz, record 2 is truncated");

    write(
        "train",
        RawFixtures.idx(0x803, new int[] {2, 2, 2}, new byte[7]),
        RawFixtures.idx(0x801, new int[] {2}, new byte[2]));
    assertBadInput(() -> counts(""), "record 1 is truncated: 3 of 4 bytes");

    assertBadInput(
        () -> RawFormat.IDX.open(HADOOP, folder.toUri(), "", new ReadLimits(3, 3)),
        "says that its images are 2x2, and at most 3 pixels");
  }
}
