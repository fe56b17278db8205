package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.data.augmentation.Region;
import org.sscspark.network.FeatureShape;

/** Whatever a file is, what is made of it is what is made of a plain one with the same pixels. */
class ImageKindsTest {
  private final ImageDecoder original = ImageDecoder.original();

  @Test
  void partsAreThoseOfTheWholeImage() {
    Random random = new Random(4);
    ImageKinds.all()
        .forEach(
            (name, file) -> {
              DecodedImage whole = original.decode(file, name);
              for (int tried = 0; tried < 6; tried++) {
                Region part = part(whole.shape(), random, tried);
                DecodedImage decoded =
                    ImageDecoder.resizedTo(new FeatureShape(3, part.height(), part.width()))
                        .decodePart(file, name, (height, width) -> part);
                assertThat(decoded.pixels()).as("%s of %s", part, name).isEqualTo(cut(whole, part));
              }
            });
  }

  @Test
  void scaledPartsAndCentresAreThoseOfAPlainFile() {
    Random random = new Random(5);
    ImageDecoder decoder = ImageDecoder.resizedTo(new FeatureShape(3, 9, 11));
    ImageKinds.all()
        .forEach(
            (name, file) -> {
              DecodedImage whole = original.decode(file, name);
              byte[] plain = ImageKinds.plain(whole);
              Region part = part(whole.shape(), random, 1);
              assertThat(decoder.decodePart(file, name, (height, width) -> part).pixels())
                  .as("%s of %s", part, name)
                  .isEqualTo(
                      decoder
                          .decodePart(
                              plain,
                              name,
                              (height, width) -> {
                                assertThat(new FeatureShape(3, height, width))
                                    .isEqualTo(whole.shape());
                                return part;
                              })
                          .pixels());
              assertThat(decoder.decode(file, name).pixels())
                  .as("centre of " + name)
                  .isEqualTo(decoder.decode(plain, name).pixels());
            });
  }

  private static Region part(FeatureShape whole, Random random, int tried) {
    if (tried == 0) {
      return new Region(0, 0, whole.height(), whole.width());
    }
    int height = 1 + random.nextInt(whole.height());
    int width = 1 + random.nextInt(whole.width());
    return new Region(
        random.nextInt(whole.height() - height + 1),
        random.nextInt(whole.width() - width + 1),
        height,
        width);
  }

  private static byte[] cut(DecodedImage whole, Region part) {
    byte[] pixels = new byte[3 * part.height() * part.width()];
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < part.height(); y++) {
        int row = (channel * whole.shape().height() + part.top() + y) * whole.shape().width();
        System.arraycopy(whole.pixels(), row + part.left(), pixels, at, part.width());
        at += part.width();
      }
    }
    return pixels;
  }

  /** Chroma is made RGB here, and by libjpeg behind Java's reader. */
  @Test
  void colorsAreLibjpegs() throws IOException {
    for (String name : new String[] {"baseline.jpg", "progressive.jpg", "grey.jpg"}) {
      byte[] file = ImageKinds.all().get(name);
      BufferedImage expected = ImageIO.read(new ByteArrayInputStream(file));
      Raster raster = expected.getRaster();
      assertThat(original.decode(file, name).pixels()).as(name).isEqualTo(planes(raster));
    }
  }

  @Test
  void aColorProfileChangesNothing() {
    byte[] file = ImageKinds.all().get("baseline.jpg");
    assertThat(original.decode(ImageKinds.withProfile(file), "").pixels())
        .isEqualTo(original.decode(file, "").pixels());
  }

  @Test
  void adobesSegmentSaysWhetherThreeBandsAreChroma() throws IOException {
    byte[] file = ImageKinds.all().get("baseline.jpg");
    assertThat(original.decode(ImageKinds.withAdobe(file, 1), "").pixels())
        .isEqualTo(original.decode(file, "").pixels());
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in);
      assertThat(original.decode(ImageKinds.withAdobe(file, 0), "").pixels())
          .isEqualTo(planes(reader.readRaster(0, null)));
    }
  }

  @Test
  void aPartThatReachesIntoWhatIsMissingIsAnError() {
    byte[] file = ImageKinds.all().get("baseline.jpg");
    byte[] cut = Arrays.copyOf(file, file.length - 60);
    ImageDecoder decoder = ImageDecoder.resizedTo(new FeatureShape(3, 4, 4));
    assertThatThrownBy(
            () ->
                decoder.decodePart(
                    cut, "cut.jpg", (height, width) -> new Region(0, 0, height, width)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cut.jpg cannot be decoded (");
  }

  private static byte[] planes(Raster raster) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] pixels = new byte[3 * height * width];
    for (int at = 0; at < pixels.length; at++) {
      int place = at % (height * width);
      int band = raster.getNumBands() == 1 ? 0 : at / (height * width);
      pixels[at] = (byte) raster.getSample(place % width, place / width, band);
    }
    return pixels;
  }
}
