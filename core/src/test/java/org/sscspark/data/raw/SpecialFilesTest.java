package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.data.raw.RawFixtures.assertBadInput;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.PassedOver;

/** Kind: what lies in a folder or an archive of images and is neither file, folder nor link. */
class SpecialFilesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private static Map<String, Long> passedOver(RawDataset raw) throws IOException {
    List<PassedOver> all = new ArrayList<>();
    for (RawPart part : raw.parts()) {
      all.addAll(raw.count(HADOOP, part).passedOver());
    }
    return all.stream()
        .collect(
            Collectors.groupingBy(PassedOver::kind, Collectors.summingLong(PassedOver::count)));
  }

  private static List<String> images(RawDataset raw) throws IOException {
    List<String> images = new ArrayList<>();
    for (RawPart part : raw.parts()) {
      try (RawRecords records = raw.open(HADOOP, part, RawContent.IMAGES)) {
        records.forEachRemaining(record -> images.add(record.where().replaceFirst(".*/", "")));
      }
    }
    return images;
  }

  private static void fifo(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void pipesAmongImagesArePassedOver() throws IOException, InterruptedException {
    RawFixtures.write(folder.resolve("set/a/1.png"), PlainPng.noise(5, 4, 1));
    RawFixtures.write(folder.resolve("set/a/empty.png"), new byte[0]);
    fifo(folder.resolve("set/a/x.png"));
    fifo(folder.resolve("set/a/y.txt"));
    fifo(folder.resolve("set/beside"));

    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, folder.resolve("set").toUri(), "");

    assertThat(passedOver(raw)).isEqualTo(Map.of("special file", 3L));
    assertThat(images(raw)).containsExactly("1.png", "empty.png");
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsNoArchive() throws IOException, InterruptedException {
    fifo(folder.resolve("set.tar"));
    assertBadInput(
        () -> RawFormat.IMAGE_FOLDER.open(HADOOP, folder.resolve("set.tar").toUri(), ""),
        "set.tar is a special file",
        "give a file or a folder");
  }

  @Test
  void specialEntriesOfATarArePassedOver() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      byte[] kinds = {
        TarConstants.LF_NORMAL,
        TarConstants.LF_FIFO,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_CONTIG
      };
      byte[] image = PlainPng.noise(5, 4, 1);
      for (byte kind : kinds) {
        boolean file = kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_CONTIG;
        TarArchiveEntry entry = new TarArchiveEntry("set/a/kind-" + (char) kind + ".png", kind);
        entry.setSize(file ? image.length : 0);
        tar.putArchiveEntry(entry);
        if (file) {
          tar.write(image);
        }
        tar.closeArchiveEntry();
      }
    }
    Path archive = RawFixtures.write(folder.resolve("set.tar"), out.toByteArray());

    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, archive.toUri(), "");

    assertThat(passedOver(raw)).isEqualTo(Map.of("special file", 3L));
    assertThat(images(raw)).containsExactly("kind-0.png", "kind-7.png");
  }

  /** As programs of Windows write them, whatever system they say that they run on. */
  @Test
  void backslashesInAZipAreSeparators() throws IOException {
    for (int platform : new int[] {ZipArchiveEntry.PLATFORM_FAT, ZipArchiveEntry.PLATFORM_UNIX}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
        for (String name : List.of("a|x0.png", "b|deep|x1.png", "c/x|2.png")) {
          ZipArchiveEntry entry = new ZipArchiveEntry(name);
          if (platform == ZipArchiveEntry.PLATFORM_UNIX) {
            entry.setUnixMode(0100644);
          }
          zip.putArchiveEntry(entry);
          zip.write(new byte[0]);
          zip.closeArchiveEntry();
        }
      }
      // What writes the archive here would replace a backslash by itself.
      byte[] zip = out.toByteArray();
      for (int i = 0; i < zip.length; i++) {
        zip[i] = zip[i] == '|' ? (byte) '\\' : zip[i];
      }
      Path archive = RawFixtures.write(folder.resolve("set.zip"), zip);
      RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, archive.toUri(), "");
      assertThat(raw.classes().orElseThrow()).containsExactly("a", "b", "c");
    }
  }
}
