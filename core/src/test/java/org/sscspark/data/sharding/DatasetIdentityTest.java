package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;

/**
 * A run names its data set by this checksum, so it may not change for data that could be read
 * before. The values were written down with the first version of every format's reader.
 */
class DatasetIdentityTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private String identity(RawDataset raw, ImageEncoding encoding, OptionalInt resize)
      throws IOException {
    ShardingOptions options =
        ShardingOptions.of("set", 3)
            .withShards(2)
            .withImages(new ImageOptions(encoding, resize, false, ReadLimits.standard()));
    Path out = folder.resolve("out-" + System.nanoTime());
    return LocalSharding.write(HADOOP, raw, options, out.toUri()).contentSha256();
  }

  private String identity(RawDataset raw) throws IOException {
    return identity(raw, ImageEncoding.RAW, OptionalInt.empty());
  }

  private static Map<String, byte[]> images(int width, int height) {
    Map<String, byte[]> images = new LinkedHashMap<>();
    for (int i = 0; i < 12; i++) {
      images.put(
          String.format(Locale.ROOT, "set/train/%s/%02d.png", i % 3 == 0 ? "dog" : "cat", 11 - i),
          PlainPng.noise(width, height, i));
      images.put(
          String.format(Locale.ROOT, "set/test/cat/%02d.png", i),
          PlainPng.noise(width, height, 50 + i));
    }
    return images;
  }

  private RawDataset imageFolder(int width, int height) throws IOException {
    for (Map.Entry<String, byte[]> image : images(width, height).entrySet()) {
      RawFixtures.write(folder.resolve(image.getKey()), image.getValue());
    }
    return RawFormat.IMAGE_FOLDER.open(HADOOP, folder.resolve("set").toUri(), "train");
  }

  @Test
  void ofAnImageFolder() throws IOException {
    RawDataset raw = imageFolder(7, 5);

    assertThat(identity(raw))
        .isEqualTo("29736165bb991202d1b722bbe29e41be08d1437d8d326c46aba2232894e613f7");
    assertThat(identity(raw, ImageEncoding.ENCODED, OptionalInt.empty()))
        .isEqualTo("67035dd50f97b896ac367856279eb60101ad276112ca0eb676332835f62fa721");
  }

  @Test
  void ofAnImageFolderResized() throws IOException {
    RawDataset raw = imageFolder(45, 31);

    assertThat(identity(raw, ImageEncoding.RAW, OptionalInt.of(8)))
        .isEqualTo("a6a2cbd58966e508bb614823fb51c37502a10464e18bfadcc4713bb43f26e37c");
    assertThat(identity(raw, ImageEncoding.ENCODED, OptionalInt.of(8)))
        .isEqualTo("dd89091a18cf7a5f01ad49fa3aaa15d3caad5f330283250d365217440e097fd3");
  }

  @Test
  void ofAnArchiveInItsOwnOrder() throws IOException {
    Path tar =
        RawFixtures.write(
            folder.resolve("set.tar.gz"), RawFixtures.gzip(RawFixtures.tar(images(7, 5))));

    assertThat(identity(RawFormat.IMAGE_FOLDER.open(HADOOP, tar.toUri(), "train")))
        .isEqualTo("87e0077cc242cbd4f9db0e93bc588ea3e645cac19e0663172dee35b3306c618d");
    assertThat(identity(RawFormat.IMAGE_FOLDER.open(HADOOP, tar.toUri(), "test")))
        .isEqualTo("d249dce444d2d9f968d822042ccdb6c1b9161eb5ed9d1eeb58e65ecf264ca8f1");
  }

  @Test
  void ofCifarFolderAndArchive() throws IOException {
    byte[] batch = RawFixtures.cifar(1, 3, 9, 0, 1, 2, 4, 5, 6, 7, 8, 3, 3);
    RawFixtures.write(folder.resolve("c/cifar-10-batches-bin/data_batch_1.bin"), batch);
    Path tar =
        RawFixtures.write(
            folder.resolve("c.tar"),
            RawFixtures.tar(Map.of("cifar-10-batches-bin/data_batch_1.bin", batch)));

    assertThat(identity(RawFormat.CIFAR10.open(HADOOP, folder.resolve("c").toUri(), "")))
        .isEqualTo("8df281438ac3a398ef4f87c58cf27b2b6a3f517248d3e79272cbb564a5ac6d45");
    assertThat(identity(RawFormat.CIFAR10.open(HADOOP, tar.toUri(), "")))
        .isEqualTo("8df281438ac3a398ef4f87c58cf27b2b6a3f517248d3e79272cbb564a5ac6d45");
  }

  @Test
  void ofIdx() throws IOException {
    byte[] values = new byte[6 * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * i);
    }
    RawFixtures.write(
        folder.resolve("train-images-idx3-ubyte"),
        RawFixtures.idx(0x803, new int[] {12, 2, 3}, values));
    RawFixtures.write(
        folder.resolve("train-labels-idx1-ubyte"),
        RawFixtures.idx(0x801, new int[] {12}, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10}));

    assertThat(identity(RawFormat.IDX.open(HADOOP, folder.toUri(), "")))
        .isEqualTo("4c978359df4187bfe054e0aceffcf79749231762072014b0b1cb59fe78a9e45e");
  }

  @Test
  void ofTinyImageNet() throws IOException {
    RawFixtures.write(folder.resolve("wnids.txt"), "n02\nn01\n".getBytes(StandardCharsets.UTF_8));
    StringBuilder annotations = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      String wnid = i % 2 == 0 ? "n01" : "n02";
      RawFixtures.write(
          folder.resolve("train/" + wnid + "/images/" + wnid + "_" + i + ".JPEG"),
          PlainPng.noise(4, 4, i));
      RawFixtures.write(
          folder.resolve("val/images/val_" + i + ".JPEG"), PlainPng.noise(4, 4, 20 + i));
      annotations.append("val_").append(i).append(".JPEG\t").append(wnid).append("\t0\t0\n");
    }
    RawFixtures.write(
        folder.resolve("val/val_annotations.txt"),
        annotations.toString().getBytes(StandardCharsets.UTF_8));

    Map<String, String> found = new TreeMap<>();
    for (String split : new String[] {"train", "val"}) {
      found.put(split, identity(RawFormat.TINY_IMAGENET.open(HADOOP, folder.toUri(), split)));
    }
    assertThat(found)
        .isEqualTo(
            Map.of(
                "train",
                "aa981beceabe86c71846ddcd49724aea23d4fa653a71f56021564e7cedeaed5e",
                "val",
                "d0a987f57f69b5614a1f2aa1b81a53c98b66da556fd40decff7d4c9a491ef071"));
  }
}
