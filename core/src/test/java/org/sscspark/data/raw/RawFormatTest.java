package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.data.raw.RawFixtures.assertBadInput;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.network.FeatureShape;

class RawFormatTest {
  private static final Configuration HADOOP = new Configuration();
  private static final byte[] NOTHING = {};

  @TempDir private Path folder;

  private List<String> read(RawFormat format, Path in, String split) {
    RawDataset raw = format.open(HADOOP, in.toUri(), split);
    List<String> records = new ArrayList<>();
    try {
      for (RawPart part : raw.parts()) {
        Map<String, Long> counts = new TreeMap<>();
        try (RawRecords read = raw.open(HADOOP, part, RawContent.IMAGES)) {
          while (read.hasNext()) {
            RawRecord record = read.next();
            counts.merge(record.className(), 1L, Long::sum);
            records.add(record.className() + ":" + record.image()[0]);
            raw.rawShape().ifPresent(s -> assertThat(record.image()).hasSize(s.size()));
          }
        }
        Map<String, Long> counted = raw.count(HADOOP, part).images();
        counts.forEach((name, count) -> assertThat(counted).containsEntry(name, count));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  private Path cifarFolder(byte[] batch) throws IOException {
    RawFixtures.write(folder.resolve("cifar-10-batches-bin/data_batch_1.bin"), batch);
    return folder;
  }

  @Test
  void readsTheBinaryVersionOfCifar10FromAFolder() throws IOException {
    Path in = cifarFolder(RawFixtures.cifar(1, 3, 9));
    RawFixtures.write(
        folder.resolve("cifar-10-batches-bin/data_batch_2.bin"), RawFixtures.cifar(1, 0));
    RawFixtures.write(
        folder.resolve("cifar-10-batches-bin/test_batch.bin"), RawFixtures.cifar(1, 1));

    assertThat(read(RawFormat.CIFAR10, in, "train"))
        .containsExactly("cat:0", "truck:1", "airplane:0");
    assertThat(read(RawFormat.CIFAR10, in, "test")).containsExactly("automobile:0");
  }

  @Test
  void aSplitThatIsNotThereIsNamed() throws IOException {
    Path ten = cifarFolder(RawFixtures.cifar(1, 3, 9));
    assertBadInput(
        () -> RawFormat.CIFAR10.open(new Configuration(), ten.toUri(), "test"),
        "cifar-10-batches-bin has no file test_batch.bin, which split test is in",
        "fetch it");
    Path hundred = folder.resolve("hundred");
    RawFixtures.write(hundred.resolve("test.bin"), RawFixtures.cifar(2, 1));
    RawFixtures.write(hundred.resolve("fine_label_names.txt"), NOTHING);
    assertBadInput(
        () -> RawFormat.CIFAR100.open(new Configuration(), hundred.toUri(), ""),
        "hundred has no file train.bin, which split train is in");
    assertBadInput(
        () -> RawFormat.CIFAR10.open(new Configuration(), hundred.toUri(), ""),
        "is the binary version of CIFAR-100; read it with --format cifar100");
  }

  @Test
  void readsTheBinaryVersionOfCifar100FromAnArchiveWithFineLabels() throws IOException {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      names.append("fine-").append(i).append('\n');
    }
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("cifar-100-binary/", NOTHING);
    entries.put("cifar-100-binary/test.bin", RawFixtures.cifar(2, 4));
    entries.put("cifar-100-binary/train.bin", RawFixtures.cifar(2, 99, 5));
    entries.put(
        "cifar-100-binary/fine_label_names.txt", names.toString().getBytes(StandardCharsets.UTF_8));
    Path plain = RawFixtures.write(folder.resolve("c.tar"), RawFixtures.tar(entries));
    Path packed =
        RawFixtures.write(folder.resolve("c.tgz"), RawFixtures.gzip(RawFixtures.tar(entries)));

    assertThat(read(RawFormat.CIFAR100, plain, "train")).containsExactly("fine-99:0", "fine-5:1");
    assertThat(read(RawFormat.CIFAR100, packed, "test")).containsExactly("fine-4:0");
  }

  private static byte[] numbers(int count, String prefix) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      names.append(prefix).append(i).append('\n');
    }
    return names.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void assertAsUnpacked(RawFormat format, TestArchive files, String top)
      throws IOException {
    Path place = Files.createTempDirectory(folder, "unpacked");
    files.unpack(place);
    Path tar = RawFixtures.write(place.resolve("set.tar"), files.tar());
    assertThat(read(format, tar, ""))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(read(format, place.resolve(top), ""));
    assertThat(format.open(HADOOP, tar.toUri(), "").classes())
        .isEqualTo(format.open(HADOOP, place.resolve(top).toUri(), "").classes());
  }

  /** Kind: files that lie elsewhere in the archive, under names of a store. */
  @Test
  void linksToBatchesAreFollowedAsInTheUnpackedFolder() throws IOException {
    assertAsUnpacked(
        RawFormat.CIFAR10,
        new TestArchive()
            .file("set/data_batch_1.bin", RawFixtures.cifar(1, 1, 2))
            .file("store/b2", RawFixtures.cifar(1, 3))
            .link("set/data_batch_2.bin", "../store/b2")
            .hardLink("set/data_batch_3.bin", "store/b2")
            .link("set/data_batch_4.bin", "data_batch_1.bin")
            .file("store/names", numbers(10, "kind-"))
            .link("set/batches.meta.txt", "../store/names"),
        "set");
    assertAsUnpacked(
        RawFormat.CIFAR100,
        new TestArchive()
            .link("set/train.bin", "../store/a")
            .file("store/a", RawFixtures.cifar(2, 99, 5))
            .link("again", "set"),
        "set");
    Path out =
        RawFixtures.write(
            folder.resolve("out.tar"),
            new TestArchive()
                .file("data_batch_1.bin", RawFixtures.cifar(1, 1))
                .link("data_batch_2.bin", "/elsewhere/data_batch_2.bin")
                .tar());
    assertBadInput(
        () -> read(RawFormat.CIFAR10, out, ""),
        "out.tar!data_batch_2.bin is a link that leads out of the archive",
        "tar -h");
  }

  /** Kind: one data set in two folders, of which every example would be there twice. */
  @Test
  void anArchiveWithTwoFilesOfOneNameIsRefused() throws IOException {
    for (String other : List.of("b/data_batch_1.bin", "a/data_batch_1.bin")) {
      Path tar =
          RawFixtures.write(
              folder.resolve("twice.tar"),
              new TestArchive()
                  .file("a/data_batch_1.bin", RawFixtures.cifar(1, 1))
                  .file(other, RawFixtures.cifar(1, 1))
                  .tar());
      assertBadInput(
          () -> read(RawFormat.CIFAR10, tar, ""),
          "twice.tar has two files data_batch_1.bin, a/data_batch_1.bin and " + other,
          "; unpack it and give the folder of one");
    }
  }

  /**
   * Kind: copies in hidden folders, which are passed over in a folder and were found in archives.
   */
  @Test
  void whatIsInHiddenFoldersOfAnArchiveIsPassedOver() throws IOException {
    assertAsUnpacked(
        RawFormat.CIFAR10,
        new TestArchive()
            .file("set/.backup/data_batch_1.bin", RawFixtures.cifar(1, 4))
            .file("set/data_batch_1.bin", RawFixtures.cifar(1, 1, 2))
            .file("set/data_batch_3.bin", RawFixtures.cifar(1, 5))
            .file("__MACOSX/set/data_batch_2.bin", RawFixtures.cifar(1, 3))
            .file("set/.backup/batches.meta.txt", numbers(10, "old-"))
            .file("set/.store/b4", RawFixtures.cifar(1, 6))
            .link("set/data_batch_4.bin", ".store/b4")
            .link("set/.backup/data_batch_5.bin", "/elsewhere/data_batch_5.bin"),
        "set");
    byte[] png = RawFixtures.image("png", 4, 4, 0);
    assertAsUnpacked(
        RawFormat.TINY_IMAGENET,
        new TestArchive()
            .file(".backup/wnids.txt", "n03\n".getBytes(StandardCharsets.UTF_8))
            .file("tiny/train/n01/images/n01_0.JPEG", png)
            .file("tiny/wnids.txt", "n01\n".getBytes(StandardCharsets.UTF_8)),
        "tiny");
  }

  /** Kind: lists that are links, which the archive was said not to have. */
  @Test
  void listsOfTinyImageNetMayBeLinks() throws IOException {
    byte[] png = RawFixtures.image("png", 4, 4, 0);
    assertAsUnpacked(
        RawFormat.TINY_IMAGENET,
        new TestArchive()
            .file("tiny/train/n01/images/n01_0.JPEG", png)
            .file("tiny/train/n02/images/n02_0.JPEG", png)
            .file("tiny/lists", "n02\nn01\n".getBytes(StandardCharsets.UTF_8))
            .link("tiny/wnids.txt", "lists"),
        "tiny");
  }

  @Test
  void namesTheRecordOfATruncatedBatch() throws IOException {
    byte[] batch = RawFixtures.cifar(1, 1, 2, 3);
    Path in = cifarFolder(Arrays.copyOf(batch, batch.length - 1));

    assertBadInput(
        () -> read(RawFormat.CIFAR10, in, ""),
        "data_batch_1.bin, record 2 is truncated: 3072 of 3073 bytes");
  }

  /** Kind: a file of which nothing was fetched, and whose images are missed by nobody. */
  @Test
  void anEmptyBatchIsNamed() throws IOException {
    Path in = cifarFolder(RawFixtures.cifar(1, 1));
    RawFixtures.write(in.resolve("cifar-10-batches-bin/data_batch_2.bin"), NOTHING);
    byte[] tar =
        new TestArchive()
            .file("data_batch_1.bin", RawFixtures.cifar(1, 1))
            .file("data_batch_2.bin", NOTHING)
            .tar();
    for (Path place : List.of(in, RawFixtures.write(folder.resolve("c.tar"), tar))) {
      assertBadInput(
          () -> read(RawFormat.CIFAR10, place, ""),
          "data_batch_2.bin is empty; fetch the file again");
    }
  }

  @Test
  void namesTheRecordOfAWrongLabel() throws IOException {
    Path in = cifarFolder(RawFixtures.cifar(1, 1, 10));

    assertBadInput(
        () -> read(RawFormat.CIFAR10, in, ""),
        "data_batch_1.bin, record 1 has label 10, but there are 10 classes");
  }

  @Test
  void saysThatAnArchiveIsTruncated() throws IOException {
    byte[] archive =
        RawFixtures.gzip(
            RawFixtures.tar(Map.of("data_batch_1.bin", RawFixtures.cifar(1, 1, 2, 3))));
    Path in =
        RawFixtures.write(folder.resolve("c.tar.gz"), Arrays.copyOf(archive, archive.length - 20));

    assertBadInput(() -> read(RawFormat.CIFAR10, in, ""), "c.tar.gz", "is truncated or corrupt");
  }

  @Test
  void saysThatAFileIsNoArchive() throws IOException {
    Path in =
        RawFixtures.write(
            folder.resolve("notes.tar"), "no archive".repeat(200).getBytes(StandardCharsets.UTF_8));

    assertBadInput(() -> read(RawFormat.IMAGE_FOLDER, in, ""), "notes.tar");
  }

  private Path idxFolder(byte[] images, byte[] labels, String suffix) throws IOException {
    RawFixtures.write(folder.resolve("train-images-idx3-ubyte" + suffix), images);
    RawFixtures.write(folder.resolve("train-labels-idx1-ubyte" + suffix), labels);
    return folder;
  }

  @Test
  void readsIdxFilesCompressedOrNot() throws IOException {
    byte[] images = RawFixtures.idx(0x803, new int[] {2, 1, 3}, new byte[] {1, 2, 3, 4, 5, 6});
    byte[] labels = RawFixtures.idx(0x801, new int[] {2}, new byte[] {1, 0});
    Path in = idxFolder(RawFixtures.gzip(images), RawFixtures.gzip(labels), ".gz");

    RawDataset raw = RawFormat.IDX.open(HADOOP, in.toUri(), "train");
    assertThat(raw.rawShape()).contains(new FeatureShape(1, 1, 3));
    assertThat(raw.classes()).contains(List.of("0", "1"));
    assertThat(read(RawFormat.IDX, in, "train")).containsExactly("1:1", "0:4");
  }

  @Test
  void rejectsIdxFilesThatDoNotFit() throws IOException {
    byte[] images = RawFixtures.idx(0x803, new int[] {2, 1, 3}, new byte[] {1, 2, 3, 4, 5});
    Path in = idxFolder(images, RawFixtures.idx(0x801, new int[] {3}, new byte[] {1, 0, 1}), "");
    assertBadInput(
        () -> read(RawFormat.IDX, in, ""), "has 2 images", "labels-idx1-ubyte has 3 labels");

    idxFolder(images, RawFixtures.idx(0x801, new int[] {2}, new byte[] {1, 0}), "");
    assertBadInput(
        () -> read(RawFormat.IDX, in, ""),
        "images-idx3-ubyte, record 1 is truncated: 2 of 3 bytes");

    idxFolder(RawFixtures.idx(0x802, new int[] {2}, NOTHING), NOTHING, "");
    assertBadInput(() -> read(RawFormat.IDX, in, ""), "magic number 0x802, expected 0x803");
  }

  @Test
  void readsAFolderForEachClassInOrderOfNames() throws IOException {
    byte[] png = RawFixtures.image("png", 4, 4, 0x102030);
    RawFixtures.write(folder.resolve("set/val/dog/b.png"), png);
    RawFixtures.write(folder.resolve("set/val/cat/a.PNG"), png);
    RawFixtures.write(folder.resolve("set/val/cat/notes.txt"), NOTHING);
    RawFixtures.write(folder.resolve("set/val/cat/._a.png"), NOTHING);

    assertThat(read(RawFormat.IMAGE_FOLDER, folder.resolve("set/val"), ""))
        .containsExactly("cat:-119", "dog:-119");
    assertThat(read(RawFormat.IMAGE_FOLDER, folder, "val")).hasSize(2);
    assertBadInput(
        () -> read(RawFormat.IMAGE_FOLDER, folder.resolve("set"), "test"),
        "has no folder 'test' of classes",
        "--split");
  }

  @Test
  void readsOneSplitOfAnArchiveOfImages() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("./set/train/", NOTHING);
    entries.put("./set/train/cat/a.jpg", new byte[] {1});
    entries.put("./set/train/dog/b.jpg", new byte[] {2});
    entries.put("./set/test/cat/c.jpg", new byte[] {3});
    Path in =
        RawFixtures.write(folder.resolve("c.tar.gz"), RawFixtures.gzip(RawFixtures.tar(entries)));

    assertThat(read(RawFormat.IMAGE_FOLDER, in, "train")).containsExactly("cat:1", "dog:2");
    assertThat(read(RawFormat.IMAGE_FOLDER, in, "test")).containsExactly("cat:3");
    assertBadInput(
        () -> read(RawFormat.IMAGE_FOLDER, in, ""),
        "has several folders of classes, [set/test, set/train]");
    assertBadInput(() -> read(RawFormat.IMAGE_FOLDER, in, "val"), "has no folder 'val' of classes");
  }

  @Test
  void countsAnEmptyClassOfAnArchiveAsEmpty() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("train/", NOTHING);
    entries.put("train/cat/", NOTHING);
    entries.put("train/cat/a.jpg", new byte[] {1});
    entries.put("train/dog/", NOTHING);
    Path in = RawFixtures.write(folder.resolve("c.tar"), RawFixtures.tar(entries));
    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, in.toUri(), "train");

    assertThat(raw.count(HADOOP, raw.parts().get(0)).images())
        .isEqualTo(Map.of("cat", 1L, "dog", 0L));
  }

  @Test
  void readsBothLabelledSplitsOfTinyImageNet() throws IOException {
    byte[] png = RawFixtures.image("png", 4, 4, 0);
    RawFixtures.write(folder.resolve("wnids.txt"), "n02\nn01\n".getBytes(StandardCharsets.UTF_8));
    RawFixtures.write(folder.resolve("train/n01/images/n01_0.JPEG"), png);
    RawFixtures.write(folder.resolve("train/n02/images/n02_0.JPEG"), png);
    RawFixtures.write(folder.resolve("val/images/val_0.JPEG"), png);
    RawFixtures.write(folder.resolve("val/images/val_1.JPEG"), png);
    RawFixtures.write(
        folder.resolve("val/val_annotations.txt"),
        "val_0.JPEG\tn02\t0\t0\t9\t9\nval_1.JPEG\tn01\t0\t0\t9\t9\n"
            .getBytes(StandardCharsets.UTF_8));

    assertThat(read(RawFormat.TINY_IMAGENET, folder, "train"))
        .containsExactly("n01:-119", "n02:-119");
    assertThat(read(RawFormat.TINY_IMAGENET, folder, "val"))
        .containsExactly("n02:-119", "n01:-119");
    assertThat(RawFormat.TINY_IMAGENET.open(HADOOP, folder.toUri(), "val").classes())
        .contains(List.of("n01", "n02"));

    RawFixtures.write(
        folder.resolve("val/val_annotations.txt"),
        "val_0.JPEG\tn03\n".getBytes(StandardCharsets.UTF_8));
    assertBadInput(
        () -> read(RawFormat.TINY_IMAGENET, folder, "val"),
        "val_annotations.txt, line 1 names no class of wnids.txt");
  }

  @Test
  void readsTinyImageNetInItsArchive() throws IOException {
    byte[] png = RawFixtures.image("png", 4, 4, 0);
    TestArchive files =
        new TestArchive()
            .file("tiny/val/images/val_0.JPEG", png)
            .file("tiny/val/images/val_1.JPEG", png)
            .file(
                "tiny/val/val_annotations.txt",
                "val_0.JPEG\tn02\t0\nval_1.JPEG\tn01\t0\n".getBytes(StandardCharsets.UTF_8))
            .file("tiny/train/n01/images/n01_0.JPEG", png)
            .file("tiny/train/n02/images/n02_0.JPEG", png)
            .file("tiny/train/n02/n02_boxes.txt", NOTHING)
            .file("tiny/test/images/test_0.JPEG", png)
            .file("tiny/wnids.txt", "n02\nn01\n".getBytes(StandardCharsets.UTF_8));
    Path zip = RawFixtures.write(folder.resolve("tiny.zip"), files.zip());
    Path tar = RawFixtures.write(folder.resolve("tiny.tar.gz"), RawFixtures.gzip(files.tar()));

    for (Path archive : List.of(zip, tar)) {
      assertThat(read(RawFormat.TINY_IMAGENET, archive, "train"))
          .containsExactly("n01:-119", "n02:-119");
      assertThat(read(RawFormat.TINY_IMAGENET, archive, "val"))
          .containsExactly("n02:-119", "n01:-119");
    }
    assertBadInput(() -> read(RawFormat.TINY_IMAGENET, zip, "test"), "no labelled split 'test'");
    Path part =
        RawFixtures.write(
            folder.resolve("part.zip"),
            new TestArchive().file("x/wnids.txt", numbers(1, "n0")).zip());
    assertBadInput(
        () -> read(RawFormat.TINY_IMAGENET, part, "val"), "has no file x/val/val_annotations.txt");
  }

  @Test
  void rejectsUnknownNamesAndPlaces() {
    assertBadInput(
        () -> RawFormat.named("cifar"),
        "Unknown format 'cifar'; use one of cifar10, cifar100, idx, image-folder, tiny-imagenet");
    for (RawFormat format : RawFormat.values()) {
      assertBadInput(
          () -> format.open(HADOOP, folder.resolve("absent").toUri(), ""), "absent does not exist");
    }
    assertBadInput(
        () -> RawFormat.CIFAR10.open(HADOOP, folder.toUri(), "val"),
        "Format cifar10 has no split 'val'; use train or test");
    assertBadInput(
        () -> RawFormat.CIFAR10.open(HADOOP, folder.toUri(), "train"),
        "has no file data_batch_1.bin");
  }
}
