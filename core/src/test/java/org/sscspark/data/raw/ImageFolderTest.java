package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.data.raw.RawFixtures.assertBadInput;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.PassedOver;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.sharding.LocalSharding;
import org.sscspark.data.sharding.ShardingOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Images in folders of classes, whether the folders are in a file system, a tar or a zip. */
class ImageFolderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  /** What a reader makes of a data set. */
  private record Found(List<String> images, List<String> classes, Map<String, Long> passedOver) {}

  private static byte[] image(int number) {
    return new byte[] {(byte) number};
  }

  private static Found read(Path in, String split) {
    return read(RawFormat.IMAGE_FOLDER.open(HADOOP, in.toUri(), split));
  }

  private static Found read(RawDataset raw) {
    List<String> images = new ArrayList<>();
    Map<String, Long> passedOver = new LinkedHashMap<>();
    try {
      for (RawPart part : raw.parts()) {
        RawCount count = raw.count(HADOOP, part);
        Map<String, Long> left = new LinkedHashMap<>(count.images());
        try (RawRecords records = raw.open(HADOOP, part, RawContent.IMAGES)) {
          while (records.hasNext()) {
            RawRecord record = records.next();
            left.merge(record.className(), -1L, Long::sum);
            images.add(
                record.className()
                    + ":"
                    + (record.problem().isEmpty() ? record.image()[0] : record.problem()));
          }
        }
        assertThat(left.values()).as("what was counted is what is read").containsOnly(0L);
        count.passedOver().forEach(kind -> passedOver.merge(kind.kind(), kind.count(), Long::sum));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    images.sort(null);
    return new Found(images, raw.classes().orElseThrow(), passedOver);
  }

  /** Reads the same files as a folder, a tar and a zip, which must agree. */
  private Found readAlike(TestArchive files, String split) throws IOException {
    Path unpacked = Files.createTempDirectory(folder, "unpacked");
    files.unpack(unpacked);
    Found found = read(unpacked, split);
    assertThat(read(write("set.tar", files.tar()), split)).isEqualTo(found);
    assertThat(read(write("set.zip", files.zip()), split)).isEqualTo(found);
    return found;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  /** The same files are refused alike as a folder, a tar and a zip. */
  private void assertBadInputAlike(TestArchive files, String split, String... words)
      throws IOException {
    Path unpacked = Files.createTempDirectory(folder, "unpacked");
    files.unpack(unpacked);
    Path tar = write("bad.tar", files.tar());
    Path zip = write("bad.zip", files.zip());
    for (Path in : List.of(unpacked, tar, zip)) {
      assertBadInput(() -> read(in, split), words);
    }
  }

  @Test
  void nestedImagesBelongToTheClass() throws IOException {
    TestArchive files =
        new TestArchive()
            .file("cat/2019/x.png", image(1))
            .file("cat/y.png", image(2))
            .file("dog/a/b/c/z.png", image(3));

    Found found = readAlike(files, "");

    assertThat(found.images()).containsExactly("cat:1", "cat:2", "dog:3");
    assertThat(found.classes()).containsExactly("cat", "dog");
    assertThat(readAlike(files, ".")).isEqualTo(found);
  }

  @Test
  void nestedImagesBelongToTheClassOfTheSplit() throws IOException {
    TestArchive files =
        new TestArchive()
            .file("set/train/cat/2019/x.png", image(1))
            .file("set/train/cat/y.png", image(2))
            .file("set/train/dog/z.png", image(3))
            .file("set/test/cat/2019/x.png", image(4))
            .file("set/test/dog/w.png", image(5));

    assertThat(readAlike(files, "train").images()).containsExactly("cat:1", "cat:2", "dog:3");
    assertThat(readAlike(files, "set/test").images()).containsExactly("cat:4", "dog:5");
  }

  /** As in Tiny ImageNet, every class may have its images one folder down. */
  @Test
  void allClassesMayBeNested() throws IOException {
    TestArchive files =
        new TestArchive().file("n01/images/x.JPEG", image(1)).file("n02/images/y.JPEG", image(2));

    assertThat(readAlike(files, "").images()).containsExactly("n01:1", "n02:2");
  }

  @Test
  void splitsAreNotTakenForClasses() throws IOException {
    assertBadInputAlike(
        new TestArchive()
            .file("train/cat/x.png", image(1))
            .file("train/dog/x.png", image(1))
            .file("val/cat/y.png", image(2)),
        "",
        "has several folders of classes, [train, val]; say which with --split");
    assertBadInputAlike(
        new TestArchive()
            .file("set/a/cat/x.png", image(1))
            .file("set/a/dog/x.png", image(1))
            .file("set/b/cat/y.png", image(2))
            .file("set/b/dog/y.png", image(2)),
        "",
        "has several folders of classes, [set/a, set/b]; say which with --split");
  }

  @Test
  void aSplitThatIsInTwoPlacesIsNamed() throws IOException {
    TestArchive files =
        new TestArchive()
            .file("Data/train/cat/x.png", image(1))
            .file("Notes/train/cat/y.png", image(2));

    assertBadInputAlike(
        files, "train", "has several folders 'train': [Data/train, Notes/train]; give more of the");
    assertThat(readAlike(files, "Data/train").images()).containsExactly("cat:1");
    assertBadInputAlike(files, "test", "has no folder 'test' of classes");
  }

  @Test
  void whatIsNoImageIsCountedByKind() throws IOException {
    TestArchive files =
        new TestArchive()
            .file("a/1.webp", image(1))
            .file("a/2.webp", image(1))
            .file("a/3.bmp", image(3))
            .file("a/LICENSE", image(1))
            .file("a/deep/4.gif", image(1))
            .file("a/.hidden/5.png", image(1))
            .file("a/._6.png", image(1))
            .file("b/7.png", image(7))
            .file("__background__/8.png", image(1))
            .file("9.png", image(1))
            .file("readme.txt", image(1))
            .link("b/gone.png", "nowhere.png");

    Found found = readAlike(files, "");

    assertThat(found.images()).containsExactly("a:3", "b:7");
    assertThat(found.passedOver())
        .isEqualTo(
            Map.of(
                ".webp", 2L,
                ".gif", 1L,
                "no extension", 1L,
                "hidden folder", 2L,
                "hidden file", 1L,
                ".png beside the class folders", 1L,
                ".txt", 1L,
                "dangling link", 1L));
  }

  @Test
  void aKindThatIsPassedOverHasTheFirstOfItAsExample() throws IOException {
    RawFixtures.write(folder.resolve("a/2.webp"), image(1));
    RawFixtures.write(folder.resolve("a/10.webp"), image(1));
    RawFixtures.write(folder.resolve("a/3.png"), image(1));
    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, folder.toUri(), "");

    assertThat(raw.count(HADOOP, raw.parts().get(0)).passedOver())
        .containsExactly(new PassedOver(".webp", 2, "file:" + folder + "/a/10.webp"));
  }

  @Test
  void linksLeadWhereTheyDoInTheUnpackedFolder() throws IOException {
    TestArchive files =
        new TestArchive()
            .link("train/cat", "../all/cat")
            .file("all/cat/x.png", image(1))
            .file("all/cat/deep/y.png", image(2))
            .file("all/dog/z.png", image(3))
            .link("train/dog/first.png", "../../all/dog/z.png")
            .link("train/dog/second.png", "first.png");

    Found found = readAlike(files, "train");

    assertThat(found.images()).containsExactly("cat:1", "cat:2", "dog:3", "dog:3");
    assertThat(found.passedOver()).isEmpty();
  }

  @Test
  void hardLinksAreFiles() throws IOException {
    TestArchive files =
        new TestArchive()
            .file("cat/x.png", image(1))
            .file("dog/y.png", image(2))
            .hardLink("dog/copy.png", "cat/x.png");
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    files.unpack(unpacked);

    assertThat(read(unpacked, "").images()).containsExactly("cat:1", "dog:1", "dog:2");
    assertThat(read(write("set.tar", files.tar()), "").images())
        .containsExactly("cat:1", "dog:1", "dog:2");
  }

  @Test
  void aLinkOutOfTheArchiveIsNamedWithTheRemedy() throws IOException {
    for (String target : List.of("/data/cat", "../../elsewhere/cat")) {
      Path tar =
          write(
              "set.tar",
              new TestArchive().file("train/dog/x.png", image(1)).link("train/cat", target).tar());

      assertBadInput(
          () -> read(tar, "train"), "set.tar!train/cat is a link that leads out", "tar -h");
    }
  }

  @Test
  void linksInCirclesAreRefused() throws IOException {
    assertBadInputAlike(
        new TestArchive()
            .file("cat/x.png", image(1))
            .file("dog/y.png", image(2))
            .link("cat/me", "."),
        "",
        "cat/me");
  }

  @Test
  void aFlatFolderIsToldWhatToDo() throws IOException {
    assertBadInputAlike(
        new TestArchive().file("x.png", image(1)).file("y.jpg", image(2)),
        "",
        "holds images but no folders of classes; put the images of each class into a folder");
  }

  @Test
  void archivesInAnArchiveAreNamed() throws IOException {
    assertBadInputAlike(
        new TestArchive().file("n01440764.tar", image(1)).file("n01443537.tar", image(2)),
        "",
        "holds archives ([n01440764.tar, n01443537.tar]) instead of images; unpack each of them");
  }

  @Test
  void publishedVersionsThatAreNotReadAreNamed() throws IOException {
    TestArchive python =
        new TestArchive()
            .file("cifar-10-batches-py/batches.meta", image(1))
            .file("cifar-10-batches-py/data_batch_1", image(2));
    Path tar = write("python.tar", python.tar());
    Path unpacked = Files.createDirectory(folder.resolve("python"));
    python.unpack(unpacked);

    for (Path in : List.of(tar, unpacked, unpacked.resolve("cifar-10-batches-py"))) {
      assertBadInput(
          () -> RawFormat.CIFAR10.open(HADOOP, in.toUri(), ""),
          "is the Python version of CIFAR-10; fetch the binary version, cifar-10-binary.tar.gz");
    }
    assertBadInput(
        () -> read(unpacked.resolve("cifar-10-batches-py"), ""), "is the Python version of CIFAR");
    assertBadInput(() -> read(tar, ""), "is the Python version of CIFAR");
  }

  @Test
  void anArchiveIsWhatItsBytesSay() throws IOException {
    TestArchive files =
        new TestArchive().file("köln/é.png", image(1)).file("paris/x.png", image(2));
    byte[] tar = files.tar();
    Map<String, byte[]> archives = new LinkedHashMap<>();
    archives.put("plain", tar);
    archives.put("a.zip", RawFixtures.gzip(tar));
    archives.put("zip-in-name-only.tar.gz", files.zip());
    archives.put("a.tar.bz2", TestArchive.packed(tar, BZip2CompressorOutputStream::new));
    archives.put(
        "a.tar.xz", TestArchive.packed(tar, out -> new XZOutputStream(out, new LZMA2Options(1))));
    archives.put("a.tar.zst", TestArchive.packed(tar, ZstdOutputStream::new));
    archives.put("dos.zip", files.zip(Charset.forName("IBM437")));

    for (Map.Entry<String, byte[]> archive : archives.entrySet()) {
      Found found = read(write(archive.getKey(), archive.getValue()), "");
      assertThat(found.classes()).as(archive.getKey()).containsExactly("köln", "paris");
      assertThat(found.images()).containsExactly("köln:1", "paris:2");
    }
  }

  @Test
  void whatIsNoArchiveIsNamedForWhatItIs() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("is a 7z archive", new byte[] {'7', 'z', (byte) 0xBC, (byte) 0xAF, 0x27, 0x1C, 0, 4});
    files.put("is a RAR archive", "Rar!....".getBytes(StandardCharsets.UTF_8));
    files.put("is a PNG image", PlainPng.noise(2, 2, 1));
    files.put("is a Parquet file", "PAR1....".getBytes(StandardCharsets.UTF_8));
    files.put("is a web page or XML", "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8));
    files.put("is empty", new byte[0]);
    files.put(
        "is a gzip file around text", RawFixtures.gzip("hello".getBytes(StandardCharsets.UTF_8)));

    files.forEach(
        (words, bytes) ->
            assertBadInput(
                () -> read(write("set.tar.gz", bytes), ""),
                "set.tar.gz " + words,
                "no archive that can be read; give a folder, or a .tar"));
  }

  @Test
  void everyTruncatedArchiveIsNamed() throws IOException {
    TestArchive files =
        new TestArchive()
            .file("cat/x.png", PlainPng.noise(40, 40, 1))
            .file("dog/y.png", PlainPng.noise(40, 40, 2));
    byte[] tar = files.tar();
    Map<String, byte[]> archives =
        Map.of(
            "a.tar", Arrays.copyOf(tar, 6000),
            "a.tar.gz", RawFixtures.gzip(tar),
            "a.zip", files.zip(),
            "a.tar.bz2", TestArchive.packed(tar, BZip2CompressorOutputStream::new),
            "a.tar.xz",
                TestArchive.packed(tar, out -> new XZOutputStream(out, new LZMA2Options(1))),
            "a.tar.zst", TestArchive.packed(tar, ZstdOutputStream::new));

    archives.forEach(
        (name, bytes) ->
            assertBadInput(
                () -> read(write(name, Arrays.copyOf(bytes, bytes.length - bytes.length / 3)), ""),
                name,
                "is truncated or corrupt"));
  }

  /** A flipped bit of a stored entry is found by its checksum, not decoded. */
  @Test
  void aDamagedZipEntryAloneCannotBeRead() throws IOException {
    byte[] zip =
        new TestArchive()
            .file("cat/x.png", PlainPng.noise(40, 40, 1))
            .file("dog/y.png", PlainPng.noise(40, 40, 2))
            .zip();
    zip[200] ^= 4;

    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, write("a.zip", zip).toUri(), "");
    List<String> problems = new ArrayList<>();
    try (RawRecords records = raw.open(HADOOP, raw.parts().get(0), RawContent.IMAGES)) {
      records.forEachRemaining(record -> problems.add(record.problem()));
    }
    assertThat(problems).hasSize(2).endsWith("");
    assertThat(problems.get(0)).startsWith("it is truncated or corrupt: ");
  }

  @Test
  void aFileThatIsInAnArchiveTwiceIsNamed() throws IOException {
    Path tar =
        write(
            "set.tar",
            new TestArchive()
                .file("cat/x.png", image(1))
                .file("dog/y.png", image(1))
                .file("./cat/x.png", image(2))
                .tar());

    assertBadInput(() -> read(tar, ""), "set.tar!cat/x.png is in the archive twice");
  }

  @Test
  void namesInOldArchivesAreNotMixedUp() throws IOException {
    byte[] tar = new TestArchive().file("k1ln/a.png", image(1)).file("k2ln/a.png", image(2)).tar();
    tar[1] = (byte) 0xF6;
    fixChecksum(tar, 0);
    tar[1025] = (byte) 0xFC;
    fixChecksum(tar, 1024);

    assertThat(read(write("latin.tar", tar), "").images()).containsExactly("köln:1", "küln:2");
  }

  private static void fixChecksum(byte[] tar, int header) {
    Arrays.fill(tar, header + 148, header + 156, (byte) ' ');
    int sum = 0;
    for (int i = header; i < header + 512; i++) {
      sum += tar[i] & 0xFF;
    }
    byte[] octal = String.format(Locale.ROOT, "%06o", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(octal, 0, tar, header + 148, 6);
    tar[header + 154] = 0;
  }

  @Test
  void filesLongerThanTheLimitAreNotReadIntoMemory() throws IOException {
    TestArchive files =
        new TestArchive().file("cat/x.png", image(1)).file("dog/long.png", new byte[5000]);
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    files.unpack(unpacked);
    for (Path in :
        List.of(unpacked, write("set.tar", files.tar()), write("set.zip", files.zip()))) {
      RawDataset raw =
          RawFormat.IMAGE_FOLDER.open(HADOOP, in.toUri(), "", new ReadLimits(1000, 4096));

      assertThat(read(raw).images())
          .containsExactly(
              "cat:1", "dog:it has 5,000 bytes, and at most 4,096 are read; see --max-bytes");
    }
  }

  /** A header of a terabyte, of which nothing follows, and a name of many megabytes. */
  @Test
  void whatAnArchiveSaysOfItsSizesIsNotBelieved() throws IOException {
    byte[] tar = new TestArchive().file("cat/x.png", image(1)).tar();
    byte[] huge = "77777777777\0".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(huge, 0, tar, 124, 12);
    fixChecksum(tar, 0);
    assertBadInput(() -> read(write("huge.tar", tar), ""), "huge.tar", "truncated or corrupt");

    byte[] bomb =
        RawFixtures.gzip(new TestArchive().longName(64 << 20).file("cat/x.png", image(1)).tar());
    assertBadInput(
        () -> read(write("bomb.tar.gz", bomb), ""), "bomb.tar.gz", "header of an entry is longer");
  }

  /** Kind: examples that depend on the pieces in which an archive is read. */
  @Test
  void thePiecesOfAZipDoNotMatter() throws IOException {
    TestArchive files = new TestArchive();
    for (int i = 0; i < 11; i++) {
      files.file((i % 3 == 0 ? "cat/" : "dog/") + i + ".png", PlainPng.noise(4, 4, i));
    }
    Path zip = RawFixtures.write(folder.resolve("pieces.zip"), files.zip());
    RawFiles raw = new RawFiles(HADOOP, ReadLimits.standard());
    org.apache.hadoop.fs.Path path = raw.status(zip.toUri()).getPath();
    ArchiveIndex index = ArchiveIndex.of(raw, path);
    assertThat(index.parts(2000, 64)).containsExactly(new RawPart(path.toString(), 0, 11));
    assertThat(index.parts(2, 64)).hasSize(6);
    assertThat(index.parts(2, 3)).hasSize(3).endsWith(new RawPart(path.toString(), 8, 11));

    ImageArchive archive = ImageArchive.open(raw, path, "");
    List<String> contents = new ArrayList<>();
    for (long most : new long[] {1, 3, 64}) {
      ImageArchive pieces =
          new ImageArchive(
              archive.source(),
              archive.limits(),
              index.parts(2, most),
              archive.labels(),
              archive.images(),
              archive.passedOver(),
              archive.links());
      contents.add(
          LocalSharding.write(
                  HADOOP,
                  pieces,
                  ShardingOptions.of("set", 1).withShards(2),
                  folder.resolve("set-" + most).toUri())
              .contentSha256());
    }
    assertThat(contents).hasSize(3).containsOnly(contents.get(0));
  }
}
