package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.data.augmentation.RandomResizedCrop;
import org.sscspark.data.augmentation.Region;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;

/** Photographs of any size: ramps, whose parts say where they were cut out. */
class DecodedPartsTest {
  private static final int SIDE = 8;
  private static final FeatureShape SHAPE = new FeatureShape(3, SIDE, SIDE);
  private static final RandomResizedCrop CROP = new RandomResizedCrop();
  private static final int EXAMPLES = 19;

  /** Files of one shard; image n is (30 + n) x (60 - n). */
  private record Ramps(DatasetManifest manifest, EncodedBlock files) implements Dataset {
    @Override
    public ImageBlock readShard(int shard) {
      throw new AssertionError("Images are decoded from files");
    }

    @Override
    public EncodedBlock readFiles(int shard) {
      return files;
    }
  }

  private static Dataset ramps(boolean damaged) {
    List<byte[]> files = new ArrayList<>();
    long[] ids = new long[EXAMPLES];
    int[] labels = new int[EXAMPLES];
    int[] heights = new int[EXAMPLES];
    int[] widths = new int[EXAMPLES];
    for (int n = 0; n < EXAMPLES; n++) {
      heights[n] = 30 + n;
      widths[n] = 60 - n;
      ids[n] = 100L + n;
      labels[n] = n % 2;
      byte[] file = png(heights[n], widths[n]);
      files.add(damaged && n == 7 ? Arrays.copyOf(file, file.length / 2) : file);
    }
    DatasetManifest pixels = ImageBlocks.manifest(SHAPE, List.of(10L, 9L), EXAMPLES);
    DatasetManifest manifest =
        pixels.with(new ImageSizes(3, 30, 48, 42, 60), ImageEncoding.ENCODED);
    return new Ramps(
        manifest.resizedTo(SHAPE), new EncodedBlock(files, ids, labels, heights, widths));
  }

  /** Red counts rows, green columns, blue says nothing. */
  private static byte[] png(int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 4 * y << 16 | 4 * x << 8 | 9);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static Map<Long, float[]> read(Dataset dataset, Augmentation augmentation, int workers) {
    Map<Long, float[]> images = new HashMap<>();
    EpochOrder order = EpochOrder.of(dataset.manifest(), 3, 2, workers);
    int[] stored = order.exampleOrder(0);
    for (int worker = 0; worker < workers; worker++) {
      int batch = workers == 1 ? 4 : 3;
      int place = order.segments(worker).get(0).from();
      InputLayout layout = InputLayout.nchw(SHAPE, batch);
      ImageTransform transform =
          new ImageTransform(
              augmentation, new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)));
      try (MinibatchReader reader =
          new MinibatchReader(
              dataset, MinibatchPlan.epoch(order, worker, batch), transform, layout)) {
        while (reader.hasNext()) {
          Minibatch minibatch = reader.next();
          for (int n = 0; n < minibatch.count(); n++) {
            float[] image = new float[SHAPE.size()];
            System.arraycopy(minibatch.input(), n * SHAPE.size(), image, 0, image.length);
            int example = stored[place++];
            assertThat(minibatch.labels()[n]).isEqualTo(example % 2);
            images.put(100L + example, image);
          }
        }
      }
    }
    return images;
  }

  @Test
  void theNetworkSeesThePartThatWasDrawnOfTheOriginalScaled() {
    Augmentation augmentation =
        new Augmentation(0, Augmentation.Flip.NONE, Optional.of(SIDE), List.of(CROP));
    Map<Long, float[]> images = read(ramps(false), augmentation, 1);
    assertThat(images).hasSize(EXAMPLES);
    images.forEach(
        (id, image) -> {
          int n = (int) (id - 100);
          Region part =
              CROP.region(
                  30 + n,
                  60 - n,
                  new ChangeStreams(Purpose.AUGMENTATION, List.of(CROP))
                      .at(0, Augmentation.draw(3, 2, id)));
          for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
              // Between centres; the border's pixels are nearer than half a step.
              double row = part.top() + (y + 0.5) * part.height() / SIDE - 0.5;
              double column = part.left() + (x + 0.5) * part.width() / SIDE - 0.5;
              double scale = Math.max(1, Math.max(part.height(), part.width()) / (double) SIDE);
              assertThat((double) image[y * SIDE + x]).isCloseTo(4 * row, within(4 + 4 * scale));
              assertThat((double) image[SIDE * SIDE + y * SIDE + x])
                  .isCloseTo(4 * column, within(4 + 4 * scale));
              assertThat(image[2 * SIDE * SIDE + y * SIDE + x]).isEqualTo(9);
            }
          }
        });
  }

  @Test
  void whatAnExampleBecomesDoesNotDependOnWorkersOrThreads() {
    Augmentation augmentation =
        new Augmentation(1, Augmentation.Flip.HORIZONTAL, Optional.of(SIDE), List.of(CROP));
    Map<Long, float[]> one = read(ramps(false), augmentation, 1);
    Map<Long, float[]> three = read(ramps(false), augmentation, 3);
    assertThat(three).hasSameSizeAs(one);
    one.forEach((id, image) -> assertThat(three.get(id)).as("example " + id).isEqualTo(image));
  }

  @Test
  void aDamagedFileIsNamed() {
    Augmentation augmentation =
        new Augmentation(0, Augmentation.Flip.NONE, Optional.of(SIDE), List.of(CROP));
    assertThatThrownBy(() -> read(ramps(true), augmentation, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("Example 107 of data set random cannot be decoded");
  }
}
