package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.data.raw.RawFixtures.assertBadInput;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Files are read to their end, whatever says earlier that nothing follows: there stand the
 * checksums of compressed files, and what a header's numbers leave out.
 */
class RawEndsTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int BLOCK = 512;

  @TempDir private Path folder;

  /** Four images of two classes. */
  private static TestArchive images() {
    TestArchive images = new TestArchive();
    for (int i = 0; i < 4; i++) {
      images.file("c" + i % 2 + "/" + i + ".png", RawFixtures.image("png", 4, 4, 0x102030 * i));
    }
    return images;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return RawFixtures.write(folder.resolve(name), bytes);
  }

  /** Bytes as they are: a change of one is not seen by the decompression, only by the checksum. */
  private static byte[] storedGzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip =
        new GZIPOutputStream(out) {
          {
            def.setLevel(Deflater.NO_COMPRESSION);
          }
        }) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static long count(RawDataset raw) throws IOException {
    long count = 0;
    for (RawPart part : raw.parts()) {
      count += raw.count(HADOOP, part).images().values().stream().mapToLong(n -> n).sum();
    }
    return count;
  }

  private static RawDataset open(RawFormat format, Path in) {
    return format.open(HADOOP, in.toUri(), "");
  }

  private static void assertDamaged(RawFormat format, Path in, String... words) {
    assertBadInput(() -> count(open(format, in)), words);
  }

  @Test
  void theChecksumOfAnArchiveOfImagesIsCompared() throws IOException {
    byte[] good = storedGzip(images().tar());
    assertThat(count(open(RawFormat.IMAGE_FOLDER, write("good.tar.gz", good)))).isEqualTo(4);
    for (int at : new int[] {600, good.length / 2, good.length - 8, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertDamaged(
          RawFormat.IMAGE_FOLDER, write(at + ".tar.gz", bad), at + ".tar.gz", "truncated or corr");
    }
    for (int lost : new int[] {1, 4, 8}) {
      assertDamaged(
          RawFormat.IMAGE_FOLDER,
          write("cut.tar.gz", Arrays.copyOf(good, good.length - lost)),
          "cut.tar.gz",
          "truncated or corrupt");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bz2", "xz", "zst"})
  void theEndOfEveryCompressionIsRead(String name) throws IOException {
    TestArchive.Compressor compressor =
        switch (name) {
          case "bz2" -> BZip2CompressorOutputStream::new;
          case "xz" -> out -> new XZOutputStream(out, new LZMA2Options());
          default -> out -> new ZstdOutputStream(out).setChecksum(true);
        };
    byte[] good = TestArchive.packed(images().tar(), compressor);
    assertThat(count(open(RawFormat.IMAGE_FOLDER, write("good." + name, good)))).isEqualTo(4);
    assertDamaged(
        RawFormat.IMAGE_FOLDER,
        write("cut." + name, Arrays.copyOf(good, good.length - 2)),
        "cut." + name,
        "truncated or corrupt (",
        "fetch it again");
  }

  @Test
  void anArchiveThatEndsBetweenTwoEntriesIsTruncated() throws IOException {
    byte[] whole = images().tar();
    // The second entry begins behind the first header and its image, in whole blocks.
    int image = RawFixtures.image("png", 4, 4, 0).length;
    int second = BLOCK + (image + BLOCK - 1) / BLOCK * BLOCK;
    for (int end : new int[] {second, 2 * second, BLOCK + image}) {
      byte[] cut = Arrays.copyOf(whole, end);
      assertDamaged(
          RawFormat.IMAGE_FOLDER, write("cut.tar", cut), "cut.tar", "truncated or corrupt");
      assertDamaged(
          RawFormat.IMAGE_FOLDER,
          write("cut.tar.gz", RawFixtures.gzip(cut)),
          "cut.tar.gz",
          "truncated or corrupt");
    }
    byte[] oneBlockOfZeros = Arrays.copyOf(whole, 4 * second + BLOCK);
    assertThat(count(open(RawFormat.IMAGE_FOLDER, write("one.tar", oneBlockOfZeros)))).isEqualTo(4);
  }

  /**
   * Kind: an archive that is cut within a header, or behind the one of a long name, whose last
   * images would be lost. Its images' last blocks are zeros, as those at its end are.
   */
  @ParameterizedTest
  @ValueSource(
      ints = {
        TarArchiveOutputStream.LONGFILE_ERROR,
        TarArchiveOutputStream.LONGFILE_GNU,
        TarArchiveOutputStream.LONGFILE_POSIX
      })
  void anArchiveThatIsCutAnywhereIsTruncated(int longNames) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int entries;
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(longNames);
      for (int i = 0; i < 2; i++) {
        String name = longNames == TarArchiveOutputStream.LONGFILE_ERROR ? "" : "n".repeat(BLOCK);
        TarArchiveEntry entry = new TarArchiveEntry("c/" + name + i + ".png");
        entry.setSize(300);
        tar.putArchiveEntry(entry);
        tar.write(new byte[300]);
        tar.closeArchiveEntry();
      }
      tar.flush();
      entries = out.size();
    }
    byte[] whole = out.toByteArray();
    for (int end = BLOCK; end <= entries + 2 * BLOCK; end++) {
      Path cut = write("cut.tar", Arrays.copyOf(whole, end));
      if (end < entries + BLOCK) {
        assertDamaged(RawFormat.IMAGE_FOLDER, cut, "cut.tar", "truncated or corrupt");
      } else {
        assertThat(count(open(RawFormat.IMAGE_FOLDER, cut))).isEqualTo(2);
      }
    }
  }

  /** Kind: an archive of which the first or the last half would be all. */
  @Test
  void twoArchivesInOneAreRefused() throws IOException {
    byte[] one = images().tar();
    byte[] two = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    assertDamaged(RawFormat.IMAGE_FOLDER, write("two.tar", two), "more follows its end");
    byte[] zip = images().zip();
    assertDamaged(
        RawFormat.IMAGE_FOLDER, write("two.zip", joined(zip, zip)), "two.zip holds two archives");
    assertThat(count(open(RawFormat.IMAGE_FOLDER, write("one.zip", zip)))).isEqualTo(4);
  }

  /** Kind: a zip whose index is damaged in the middle, of which the entries before would be all. */
  @Test
  void everyEntryOfTheIndexOfAZipIsRead() throws IOException {
    byte[] zip = images().zip();
    int flipped = 0;
    for (int at = 0; at < zip.length - 4; at++) {
      if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 1 && zip[at + 3] == 2) {
        byte[] bad = zip.clone();
        bad[at] ^= 1;
        assertDamaged(RawFormat.IMAGE_FOLDER, write("bad.zip", bad), "bad.zip is truncated or co");
        flipped++;
      }
    }
    assertThat(flipped).isEqualTo(4);
  }

  /** Kind: zips of more entries than 16 bits count, with the record for large ones or without. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theIndexOfALargeZipIsReadToItsEnd(boolean withRecord) throws IOException {
    int entries = 0x10001;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      zip.setMethod(ZipEntry.STORED);
      for (int i = 0; i < entries; i++) {
        ZipArchiveEntry entry = new ZipArchiveEntry("c/" + i + ".png");
        entry.setSize(0);
        entry.setCrc(0);
        zip.putArchiveEntry(entry);
        zip.closeArchiveEntry();
      }
    }
    byte[] zip = out.toByteArray();
    if (!withRecord) {
      int end = zip.length - 22;
      int locator = end - 20;
      int record = locator - 56;
      byte[] old = Arrays.copyOf(zip, record + 22);
      System.arraycopy(zip, end, old, record, 22);
      // Both counts, of 16 bits.
      for (int at : new int[] {8, 10}) {
        old[record + at] = 1;
        old[record + at + 1] = 0;
      }
      zip = old;
    }
    assertThat(count(open(RawFormat.IMAGE_FOLDER, write("large.zip", zip)))).isEqualTo(entries);
    int last = new String(zip, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
    zip[last] ^= 1;
    assertDamaged(RawFormat.IMAGE_FOLDER, write("bad.zip", zip), "bad.zip is truncated or co");
  }

  @Test
  void idxFilesHoldNoMoreThanTheirHeadersSay() throws IOException {
    byte[] pixels = new byte[20 * 4];
    byte[] labels = new byte[20];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i % 3);
    }
    byte[] images = RawFixtures.idx(0x803, new int[] {20, 2, 2}, pixels);
    byte[] classes = RawFixtures.idx(0x801, new int[] {20}, labels);
    assertThat(count(idx(images, classes))).isEqualTo(20);
    assertThat(count(idx(storedGzip(images), RawFixtures.gzip(classes)))).isEqualTo(20);

    for (List<byte[]> pair :
        List.of(
            List.of(Arrays.copyOf(images, images.length + 4), classes),
            List.of(images, Arrays.copyOf(classes, classes.length + 1)),
            List.of(joined(RawFixtures.gzip(images), RawFixtures.gzip(images)), classes))) {
      assertBadInput(
          () -> count(idx(pair.get(0), pair.get(1))), "more than the 20 records that its header");
    }
    byte[] flipped = storedGzip(images);
    flipped[flipped.length / 2] ^= 1;
    assertBadInput(() -> count(idx(flipped, classes)), "truncated or corrupt", "fetch it again");
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private RawDataset idx(byte[] images, byte[] labels) throws IOException {
    write("idx/train-images-idx3-ubyte", images);
    write("idx/train-labels-idx1-ubyte", labels);
    return open(RawFormat.IDX, folder.resolve("idx"));
  }

  @Test
  void theChecksumOfCifarsArchiveIsCompared() throws IOException {
    byte[] good =
        storedGzip(
            new TestArchive()
                .file("data_batch_1.bin", RawFixtures.cifar(1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                .tar());
    byte[] bad = good.clone();
    bad[good.length / 2] ^= 1;
    assertThat(count(open(RawFormat.CIFAR10, write("good.tar.gz", good)))).isEqualTo(10);
    assertDamaged(RawFormat.CIFAR10, write("bad.tar.gz", bad), "bad.tar.gz", "truncated or corr");
  }
}
