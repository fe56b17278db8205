package org.sscspark.spark.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.EncodedBlock;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.raw.RawDataset;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.data.sharding.ExampleSelection;
import org.sscspark.data.sharding.ImageOptions;
import org.sscspark.data.sharding.ShardingOptions;
import org.sscspark.network.FeatureShape;
import org.sscspark.report.Progress;
import org.sscspark.spark.LocalSpark;

/**
 * Published images, where they are at hand: the system property sscspark.data names their folder.
 */
@ExtendWith(LocalSpark.class)
class RealImagesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private static Path data(String name) {
    Path file = Path.of(System.getProperty("sscspark.data", "../../shared/data")).resolve(name);
    assumeThat(file).as("real images: set -Dsscspark.data").exists();
    return file.toAbsolutePath().normalize();
  }

  private DatasetManifest shard(JavaSparkContext spark, RawDataset raw, ShardingOptions options)
      throws IOException {
    ShardingJob job = new ShardingJob(spark, raw, Progress.SILENT);
    return job.write(job.plan(options), folder.resolve("out").toUri());
  }

  private static ShardingOptions few(long limit) {
    return ShardingOptions.of("x", 1)
        .withShards(2)
        .withSelection(new ExampleSelection(0, 1, limit));
  }

  @Test
  void shardsTheSampleOfCifar10(JavaSparkContext spark) throws IOException {
    RawDataset raw =
        RawFormat.CIFAR10.open(HADOOP, data("cifar10-binary-sample.tar.gz").toUri(), "train");

    DatasetManifest manifest = shard(spark, raw, few(1000));

    assertThat(manifest.classCounts()).hasSize(10).allMatch(count -> count == 100);
    assertThat(manifest.classes()).startsWith("airplane", "automobile").endsWith("truck");
    assertThat(manifest.contentSha256())
        .isEqualTo("c6075d506d132db6f9f143ccfea3d0676db6cb710d4f01c1b629bdfb833aa754");
  }

  /** JPEG decoders of one JDK agree; the identity is that of the first version. */
  @Test
  void shardsCifar10OfJpegFiles(JavaSparkContext spark) throws IOException {
    RawDataset raw =
        RawFormat.IMAGE_FOLDER.open(HADOOP, data("cifar10-jpeg.tar.gz").toUri(), "test");

    DatasetManifest manifest = shard(spark, raw, few(50));

    assertThat(manifest.classCounts()).hasSize(10).allMatch(count -> count == 50);
    assertThat(manifest.contentSha256())
        .isEqualTo("73e7cef24c7604c519d3d97bbf90e5ce261335c1943421b4a3fac58e37c3b209");
  }

  @Test
  void shardsTinyImageNetUnpackedOrNot(JavaSparkContext spark) throws IOException {
    Path archive = data("tiny-imagenet-200.tar.gz");
    unpack(archive);
    RawDataset raw =
        RawFormat.TINY_IMAGENET.open(HADOOP, folder.resolve("tiny-imagenet-200").toUri(), "val");

    DatasetManifest manifest = shard(spark, raw, few(10));

    assertThat(manifest.classCounts()).hasSize(200).allMatch(count -> count == 10);
    assertThat(manifest.contentSha256())
        .isEqualTo("08787b182fedb50c9c78101701e6e31e7ef50795121b95d3d9fb536789d0583f");
    for (String split : new String[] {"train", "val"}) {
      RawDataset packed = RawFormat.TINY_IMAGENET.open(HADOOP, archive.toUri(), split);
      assertThat(packed.classes().orElseThrow()).isEqualTo(manifest.classes());
      assertThat(packed.count(HADOOP, packed.parts().get(0)).images().values())
          .containsOnly(split.equals("train") ? 250L : 50L);
    }
  }

  /** Only the validation images, which are few. */
  private void unpack(Path archive) throws IOException {
    try (InputStream in = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextTarEntry();
          entry != null;
          entry = tar.getNextTarEntry()) {
        if (entry.isFile() && !entry.getName().contains("/train/")) {
          Path file = folder.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          Files.copy(tar, file);
        }
      }
    }
  }

  /** Photographs of ImageNet, one a class, in sizes of their own, some of them grey. */
  @Test
  void photographsKeepTheirSizes(JavaSparkContext spark) throws IOException {
    RawDataset raw = RawFormat.IMAGE_FOLDER.open(HADOOP, data("imagenet-sample.tar").toUri(), "");
    ShardingOptions options =
        few(10).withImages(ImageOptions.pixels().withEncoding(ImageEncoding.ENCODED));

    DatasetManifest manifest = shard(spark, raw, options);

    assertThat(manifest.examples()).isEqualTo(137);
    assertThat(manifest.classes()).hasSize(137).allMatch(name -> name.matches("n\\d{8}"));
    assertThat(manifest.sizes().minWidth()).isGreaterThanOrEqualTo(100);
    assertThat(manifest.sizes().maxWidth()).isBetween(500, 1600);
    Dataset dataset = Dataset.open(HADOOP, folder.resolve("out").toUri());
    EncodedBlock block = dataset.readFiles(0);
    for (int n = 0; n < block.examples(); n++) {
      assertThat(ImageDecoder.original().decode(block.files().get(n), "photograph").shape())
          .isEqualTo(new FeatureShape(3, block.heights()[n], block.widths()[n]));
    }
    assertThat(manifest.resizedTo(new FeatureShape(3, 64, 64)).shape().height()).isEqualTo(64);
  }
}
