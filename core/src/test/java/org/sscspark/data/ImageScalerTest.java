package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sscspark.data.augmentation.Region;
import org.sscspark.network.FeatureShape;

class ImageScalerTest {
  /** Files that Pillow 9.4 made: crop(...).resize(..., BILINEAR). */
  @Test
  void givesPillowsBytes() {
    byte[] file = ImageKinds.resource("scaled.png");
    int[][] parts = {
      {5, 3, 33, 24, 12, 9}, {0, 0, 41, 29, 16, 16}, {10, 7, 10, 6, 23, 30}, {2, 1, 39, 3, 5, 8}
    };
    for (int[] part : parts) {
      String name =
          "scaled-%s-%s-%s-%s-to-%sx%s.png"
              .formatted(part[0], part[1], part[2], part[3], part[4], part[5]);
      FeatureShape shape = new FeatureShape(3, part[5], part[4]);
      DecodedImage scaled =
          ImageDecoder.resizedTo(shape)
              .decodePart(
                  file, name, (height, width) -> new Region(part[1], part[0], part[3], part[2]));
      DecodedImage expected = ImageDecoder.original().decode(ImageKinds.resource(name), name);
      assertThat(scaled.shape()).isEqualTo(expected.shape());
      assertThat(scaled.pixels()).as(name).isEqualTo(expected.pixels());
    }
  }

  /** The definition in double precision, without rounding in between; both roundings are half. */
  @Test
  void isTheMeanBelowATriangle() {
    Random random = new Random(1);
    for (int tried = 0; tried < 40; tried++) {
      int height = 1 + random.nextInt(60);
      int width = 1 + random.nextInt(60);
      DecodedImage image = noise(height, width, random);
      FeatureShape shape = new FeatureShape(3, 1 + random.nextInt(40), 1 + random.nextInt(40));
      byte[] scaled =
          ImageDecoder.resizedTo(shape)
              .decodePart(
                  ImageKinds.plain(image), "noise", (h, w) -> new Region(0, 0, height, width))
              .pixels();
      for (int at = 0; at < scaled.length; at++) {
        int channel = at / (shape.height() * shape.width());
        int y = at / shape.width() % shape.height();
        int x = at % shape.width();
        double[] down = weights(height, shape.height(), y);
        double[] right = weights(width, shape.width(), x);
        double mean = 0;
        for (int v = 0; v < height; v++) {
          for (int u = 0; u < width; u++) {
            int pixel = image.pixels()[(channel * height + v) * width + u] & 0xFF;
            mean += down[v] * right[u] * pixel;
          }
        }
        assertThat((double) (scaled[at] & 0xFF)).isCloseTo(mean, within(1.001));
      }
    }
  }

  private static DecodedImage noise(int height, int width, Random random) {
    byte[] pixels = new byte[3 * height * width];
    random.nextBytes(pixels);
    return new DecodedImage(new FeatureShape(3, height, width), pixels);
  }

  private static double[] weights(int size, int scaledSize, int place) {
    double scale = (double) size / scaledSize;
    double reach = Math.max(1, scale);
    double[] weights = new double[size];
    double sum = 0;
    for (int at = 0; at < size; at++) {
      weights[at] = Math.max(0, 1 - Math.abs(at + 0.5 - (place + 0.5) * scale) / reach);
      sum += weights[at];
    }
    for (int at = 0; at < size; at++) {
      weights[at] /= sum;
    }
    return weights;
  }
}
