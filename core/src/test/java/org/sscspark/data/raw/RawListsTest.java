package org.sscspark.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.data.raw.RawFixtures.assertBadInput;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.PassedOver;

/**
 * Where a list says which classes or images there are, each image is used once, refused, or
 * counted: none disappears because the list lacks it, none is there twice because the list names it
 * twice. Folders and archives alike.
 */
class RawListsTest {
  private static final Configuration HADOOP = new Configuration();
  private static final byte[] IMAGE = RawFixtures.image("png", 4, 4, 0x102030);

  @TempDir private Path folder;
  private final List<String> names = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();

  @BeforeEach
  void tinyImageNet() {
    for (String name : List.of("n1", "n2")) {
      add("train/" + name + "/images/" + name + "_0.JPEG", IMAGE);
    }
    add("wnids.txt", text("n1\nn2\n"));
    add("val/images/v0.JPEG", IMAGE);
    add("val/images/v1.JPEG", IMAGE);
    add("val/val_annotations.txt", text("v0.JPEG\tn1\t0\nv1.JPEG\tn2\t0\n"));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A later content of a name takes the place of an earlier. */
  private void add(String name, byte[] content) {
    int known = names.indexOf(name);
    if (known >= 0) {
      contents.set(known, content);
    } else {
      names.add(name);
      contents.add(content);
    }
  }

  /** The same files in a folder, a tar and a zip archive. */
  private List<Path> places() throws IOException {
    TestArchive files = new TestArchive();
    for (int i = 0; i < names.size(); i++) {
      files.file("tiny/" + names.get(i), contents.get(i));
    }
    files.unpack(folder);
    return List.of(
        folder.resolve("tiny"),
        RawFixtures.write(folder.resolve("tiny.tar"), files.tar()),
        RawFixtures.write(folder.resolve("tiny.zip"), files.zip()));
  }

  /** Kind: lists of which nothing was fetched, so that there is nothing to do. */
  @Test
  void emptyListsAreNamed() throws IOException {
    add("val/val_annotations.txt", text("\n"));
    for (Path in : places()) {
      assertBadInput(
          () -> count(RawFormat.TINY_IMAGENET, in, "val"),
          "val_annotations.txt names no image; fetch the file again");
    }
    add("wnids.txt", text(""));
    for (Path in : places()) {
      for (String split : List.of("train", "val")) {
        assertBadInput(
            () -> count(RawFormat.TINY_IMAGENET, in, split),
            "wnids.txt names no class; fetch the file again");
      }
    }
  }

  private static RawCount count(RawFormat format, Path in, String split) throws IOException {
    RawDataset raw = format.open(HADOOP, in.toUri(), split);
    TreeMap<String, Long> images = new TreeMap<>();
    PassedOverTally passedOver = new PassedOverTally();
    for (RawPart part : raw.parts()) {
      RawCount count = raw.count(HADOOP, part);
      count.images().forEach((name, n) -> images.merge(name, n, Long::sum));
      passedOver.addAll(count.passedOver());
    }
    return new RawCount(images, passedOver.kinds());
  }

  private static long images(RawCount count) {
    return count.images().values().stream().mapToLong(n -> n).sum();
  }

  private void assertRefused(String split, String... words) throws IOException {
    for (Path place : places()) {
      assertBadInput(() -> count(RawFormat.TINY_IMAGENET, place, split), words);
    }
  }

  @Test
  void aClassFolderThatTheListLacksIsNamed() throws IOException {
    add("train/n3/images/n3_0.JPEG", IMAGE);
    assertRefused("train", "train/n3 is no class of wnids.txt; add its name there");
  }

  @Test
  void aClassThatIsListedTwiceIsNamed() throws IOException {
    add("wnids.txt", text("n1\nn2\nn2\n"));
    assertRefused("train", "wnids.txt names the class 'n2' twice");
    assertRefused("val", "wnids.txt names the class 'n2' twice");
  }

  @Test
  void anImageThatIsListedTwiceIsNamed() throws IOException {
    add("val/val_annotations.txt", text("v0.JPEG\tn1\t0\nv0.JPEG\tn2\t0\nv1.JPEG\tn2\t0\n"));
    assertRefused("val", "val_annotations.txt, line 2 names image 'v0.JPEG' a second time");
  }

  @Test
  void whatIsNotListedOrNoImageIsCounted() throws IOException {
    add("val/images/unlisted.JPEG", IMAGE);
    add("val/images/notes.doc", IMAGE);
    add("train/n1/images/moving.gif", IMAGE);
    add("train/n1/n1_boxes.txt", text("boxes"));
    add("train/n1/loose.JPEG", IMAGE);
    for (Path place : places()) {
      RawCount val = count(RawFormat.TINY_IMAGENET, place, "val");
      assertThat(images(val)).isEqualTo(2);
      assertThat(val.passedOver())
          .extracting(PassedOver::kind)
          .containsExactly(".doc", PassedOverTally.UNLISTED);
      RawCount train = count(RawFormat.TINY_IMAGENET, place, "train");
      assertThat(images(train)).as("the loose one, too").isEqualTo(3);
      assertThat(train.passedOver()).extracting(PassedOver::kind).containsExactly(".gif", ".txt");
    }
  }

  @Test
  void batchesOfCifarThatAreNotThereAreCounted() throws IOException {
    names.clear();
    contents.clear();
    for (int batch : new int[] {1, 2, 4, 5}) {
      add("data_batch_" + batch + ".bin", RawFixtures.cifar(1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }
    for (Path place : places().subList(0, 2)) {
      RawCount count = count(RawFormat.CIFAR10, place, "train");
      assertThat(images(count)).isEqualTo(40);
      assertThat(count.passedOver()).hasSize(1);
      assertThat(count.passedOver().get(0).kind()).isEqualTo(PassedOverTally.ABSENT);
      assertThat(count.passedOver().get(0).example()).endsWith("data_batch_3.bin");
    }
    add("data_batch_3.bin", RawFixtures.cifar(1, 0));
    for (Path place : places().subList(0, 2)) {
      assertThat(count(RawFormat.CIFAR10, place, "train").passedOver()).isEmpty();
    }
  }

  @Test
  void aClassNameOfCifarIsThereOnce() throws IOException {
    names.clear();
    contents.clear();
    add("data_batch_1.bin", RawFixtures.cifar(1, 0, 1));
    List<String> classes = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i"));
    classes.add(1, "a");
    add("batches.meta.txt", text(String.join("\n", classes)));
    for (Path place : places().subList(0, 2)) {
      assertBadInput(
          () -> count(RawFormat.CIFAR10, place, ""), "batches.meta.txt names the class 'a' twice");
    }
  }
}
