package org.sscspark.data.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sscspark.data.Dataset;
import org.sscspark.data.DatasetManifest;
import org.sscspark.data.DecodedImage;
import org.sscspark.data.EncodedBlock;
import org.sscspark.data.ImageBlock;
import org.sscspark.data.ImageDecoder;
import org.sscspark.data.ImageEncoding;
import org.sscspark.data.ImageKinds;
import org.sscspark.data.ReadLimits;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.data.raw.RawFormat;
import org.sscspark.network.FeatureShape;

/** A file of each kind, kept as it is with its upright size. */
class ImageKindsShardingTest {
  private static final Configuration HADOOP = new Configuration();
  private static final FeatureShape SQUARE = new FeatureShape(3, 16, 16);

  @TempDir private Path folder;

  private DatasetManifest write() throws IOException {
    for (Map.Entry<String, byte[]> file : ImageKinds.all().entrySet()) {
      RawFixtures.write(folder.resolve("raw/one/" + file.getKey()), file.getValue());
    }
    return LocalSharding.write(
        HADOOP,
        RawFormat.IMAGE_FOLDER.open(HADOOP, folder.resolve("raw").toUri(), ""),
        ShardingOptions.of("kinds", 2)
            .withShards(1)
            .withImages(
                new ImageOptions(
                    ImageEncoding.ENCODED, OptionalInt.empty(), false, ReadLimits.standard())),
        folder.resolve("out").toUri());
  }

  private static String name(byte[] file) {
    return ImageKinds.all().entrySet().stream()
        .filter(kind -> Arrays.equals(kind.getValue(), file))
        .map(Map.Entry::getKey)
        .findAny()
        .orElseThrow();
  }

  @Test
  void filesStayAndSizesAndMeansAreOfTheUprightImages() throws IOException {
    DatasetManifest manifest = write();
    EncodedBlock block = Dataset.open(HADOOP, folder.resolve("out").toUri()).readFiles(0);
    Map<String, FeatureShape> seen = new HashMap<>();
    double sum = 0;
    long count = 0;
    for (int n = 0; n < block.examples(); n++) {
      byte[] file = block.files().get(n);
      DecodedImage image = ImageDecoder.original().decode(file, "");
      seen.put(name(file), image.shape());
      assertThat(new FeatureShape(3, block.heights()[n], block.widths()[n]))
          .as(name(file))
          .isEqualTo(image.shape());
      int plane = image.shape().height() * image.shape().width();
      for (int at = plane; at < 2 * plane; at++) {
        sum += image.pixels()[at] & 0xFF;
      }
      count += plane;
    }
    assertThat(seen).hasSameSizeAs(ImageKinds.all());
    assertThat(seen.get("turned-3.jpg")).isEqualTo(new FeatureShape(3, 21, 37));
    assertThat(seen.get("turned-6.jpg")).isEqualTo(new FeatureShape(3, 37, 21));
    assertThat(manifest.mean().get(1)).isCloseTo(sum / count, within(1e-9));
    assertThat(manifest.reading().turned()).isEqualTo(14);
  }

  /** As evaluation reads them. */
  @Test
  void centresAreThoseOfPlainFilesOfTheSamePixels() throws IOException {
    DatasetManifest resized = write().resizedTo(SQUARE);
    ImageBlock block = Dataset.of(HADOOP, folder.resolve("out").toUri(), resized).readShard(0);
    EncodedBlock files = Dataset.open(HADOOP, folder.resolve("out").toUri()).readFiles(0);
    ImageDecoder decoder = ImageDecoder.resizedTo(SQUARE);
    for (int n = 0; n < block.examples(); n++) {
      DecodedImage whole = ImageDecoder.original().decode(files.files().get(n), "");
      assertThat(Arrays.copyOfRange(block.pixels(), n * SQUARE.size(), (n + 1) * SQUARE.size()))
          .as(name(files.files().get(n)))
          .isEqualTo(decoder.decode(ImageKinds.plain(whole), "").pixels());
    }
  }
}
