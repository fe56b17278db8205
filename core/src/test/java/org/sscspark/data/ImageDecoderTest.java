package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
import org.sscspark.data.raw.PlainPng;
import org.sscspark.data.raw.RawFixtures;
import org.sscspark.network.FeatureShape;

class ImageDecoderTest {
  private final ImageDecoder decoder = ImageDecoder.original();

  @Test
  void decodesPngExactlyIntoPlanes() {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0x0A64FF);

    DecodedImage decoded = decoder.decode(RawFixtures.encode("png", image), "a.png");

    assertThat(decoded.shape()).isEqualTo(new FeatureShape(3, 2, 3));
    assertThat(decoded.pixels())
        .containsExactly(0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, -1);
  }

  @Test
  void decodesJpegToWithinItsLoss() {
    byte[] pixels = decoder.decode(RawFixtures.image("jpg", 8, 8, 0x204080), "a.jpg").pixels();

    assertThat(pixels[0] & 0xFF).isBetween(0x1D, 0x23);
    assertThat(pixels[64] & 0xFF).isBetween(0x3D, 0x43);
    assertThat(pixels[128] & 0xFF).isBetween(0x7D, 0x83);
  }

  @Test
  void takesGreySamplesAsTheyAre() {
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 4);
    grey.getRaster().setSample(1, 0, 0, 128);

    assertThat(decoder.decode(RawFixtures.encode("png", grey), "a.png").pixels())
        .containsExactly(4, -128, 4, -128, 4, -128);
  }

  @Test
  void dropsAlphaAndReadsPalettes() {
    assertThat(
            decoder
                .decode(
                    RawFixtures.image("png", BufferedImage.TYPE_INT_ARGB, 1, 1, 0x80010203),
                    "alpha.png")
                .pixels())
        .containsExactly(1, 2, 3);
    assertThat(
            decoder
                .decode(
                    RawFixtures.image("png", BufferedImage.TYPE_BYTE_INDEXED, 1, 1, 0xFFFF0000),
                    "palette.png")
                .pixels())
        .containsExactly(-1, 0, 0);
  }

  @Test
  void scalesTheShorterSideAndKeepsTheCentre() {
    BufferedImage image = new BufferedImage(60, 20, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 20; y++) {
      for (int x = 20; x < 40; x++) {
        image.setRGB(x, y, 0x00FF00);
      }
    }
    ImageDecoder square = ImageDecoder.resizedTo(new FeatureShape(3, 10, 10));

    DecodedImage decoded = square.decode(RawFixtures.encode("png", image), "wide.png");

    assertThat(decoded.shape()).isEqualTo(new FeatureShape(3, 10, 10));
    assertThat(decoded.pixels()[155] & 0xFF).isEqualTo(255);
    assertThat(decoded.pixels()[55]).isZero();
  }

  @Test
  void everyTruncatedOrCorruptFileIsAnError() {
    for (String format : new String[] {"png", "jpg"}) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < 256; i++) {
        image.setRGB(i % 16, i / 16, i * 65793 * 7);
      }
      byte[] whole = RawFixtures.encode(format, image);
      for (int length = 0; length < whole.length; length += 7) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> decoder.decode(cut, "cut." + format))
            .isInstanceOf(BadInputException.class)
            .hasMessageStartingWith("cut." + format + " cannot be decoded (")
            .hasMessageEndingWith("); replace or remove the file");
      }
    }
    byte[] png = RawFixtures.image("png", 16, 16, 0x123456);
    png[50] ^= 1;
    assertThatThrownBy(() -> decoder.decode(png, "bad.png"))
        .hasMessageContaining("corrupt PNG: wrong checksum at byte");
  }

  @Test
  void goesOnAfterAnError() {
    byte[] whole = RawFixtures.image("jpg", 8, 8, 0xFFFFFF);
    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(whole, whole.length - 2), "cut.jpg"))
        .hasMessageContaining("Truncated");

    assertThat(decoder.decode(whole, "whole.jpg").pixels()).hasSize(192);
  }

  /** Files that Pillow 12.3 encoded, beside what it decodes them to. */
  @Test
  void agreesWithAnotherDecoderOnFourChannelsAndOrientation() {
    for (String name : new String[] {"cmyk", "ycck", "exif6"}) {
      DecodedImage expected = decoder.decode(ImageKinds.resource(name + ".png"), name);
      DecodedImage decoded = decoder.decode(ImageKinds.resource(name + ".jpg"), name);

      assertThat(decoded.shape()).as(name).isEqualTo(expected.shape());
      int largest = 0;
      for (int i = 0; i < decoded.pixels().length; i++) {
        int difference = (decoded.pixels()[i] & 0xFF) - (expected.pixels()[i] & 0xFF);
        largest = Math.max(largest, Math.abs(difference));
      }
      // Inverse cosine transforms and chroma upsampling of two libraries.
      assertThat(largest).as(name).isLessThanOrEqualTo(name.equals("exif6") ? 8 : 3);
    }
  }

  @Test
  void takesTheUpperBytesOfSixteenBits() {
    byte[] row = {0, 1, (byte) 0xFF, 2, (byte) 0x80, 3, 0x7F};

    assertThat(decoder.decode(PlainPng.of(1, 1, 16, 2, row), "rgb16.png").pixels())
        .containsExactly(1, 2, 3);
    assertThat(
            decoder
                .decode(PlainPng.of(1, 1, 16, 0, new byte[] {0, 9, (byte) 0xFF}), "grey16.png")
                .pixels())
        .containsExactly(9, 9, 9);
    byte[] withAlpha = {0, 1, 0, 2, 0, 3, 0, (byte) 0x80, 0};
    assertThat(decoder.decode(PlainPng.of(1, 1, 16, 6, withAlpha), "rgba16.png").pixels())
        .containsExactly(1, 2, 3);
  }

  @Test
  void spreadsFewBitsOverTheWholeRange() {
    byte[] row = {0, (byte) 0b10100000};
    assertThat(decoder.decode(PlainPng.of(3, 1, 1, 0, row), "bits.png").pixels())
        .startsWith(-1, 0, -1);
    assertThat(
            decoder.decode(PlainPng.of(2, 1, 4, 0, new byte[] {0, 0x2F}), "nibbles.png").pixels())
        .startsWith(0x22, 0xFF);
  }

  @Test
  void readsBmp() {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0x0A64FF);
    byte[] bmp = RawFixtures.encode("bmp", image);

    assertThat(decoder.decode(bmp, "a.bmp").pixels())
        .containsExactly(0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, -1);
    assertThat(
            decoder
                .decode(
                    RawFixtures.image("bmp", BufferedImage.TYPE_USHORT_565_RGB, 1, 1, 0xFF00FF),
                    "565.bmp")
                .pixels())
        .containsExactly(-1, 0, -1);
    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(bmp, bmp.length - 9), "cut.bmp"))
        .hasMessageContaining("cut.bmp cannot be decoded");
  }

  /** Kind: samples of which the lower bits were taken for the upper ones. */
  @Test
  void bitsBeyondEightOfABmpAreTheLowerOnes() {
    byte[] bmp = packedBmp(0x3FF00000, 0xFFC00, 0x3FF, 1023 << 20 | 512 << 10 | 300);
    assertThat(decoder.decode(bmp, "10.bmp").pixels())
        .containsExactly(
            -1, (byte) Math.round(512 * 255f / 1023), (byte) Math.round(300 * 255f / 1023));
    bmp = packedBmp(0xFF0000, 0xFF00, 0xFF, 0x0A64FF);
    assertThat(decoder.decode(bmp, "8.bmp").pixels()).containsExactly(10, 100, -1);
  }

  /** A BMP of one pixel of 32 bits, of which masks say what is red, green and blue. */
  private static byte[] packedBmp(int red, int green, int blue, int pixel) {
    return ByteBuffer.allocate(70)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {'B', 'M'})
        .putInt(70)
        .putInt(0)
        .putInt(66)
        .putInt(40)
        .putInt(1)
        .putInt(1)
        .putShort((short) 1)
        .putShort((short) 32)
        .putInt(3)
        .putInt(4)
        .putInt(0)
        .putInt(0)
        .putInt(0)
        .putInt(0)
        .putInt(red)
        .putInt(green)
        .putInt(blue)
        .putInt(pixel)
        .array();
  }

  /**
   * EXIF says where the first row and the first column of the stored image belong (CIPA DC-008,
   * table of tag 274), so this is where its corners a b / c d come to lie.
   */
  @Test
  void turnsAllEightOrientations() {
    String[] corners = {"abcd", "badc", "dcba", "cdab", "acbd", "cadb", "dbca", "bdac"};
    for (int orientation = 1; orientation <= 8; orientation++) {
      for (byte[] file :
          new byte[][] {
            ImageKinds.oriented(RawFixtures.encode("png", cornered(1)), orientation),
            ImageKinds.oriented(RawFixtures.encode("jpg", cornered(16)), orientation)
          }) {
        DecodedImage upright = decoder.decode(file, "exif");
        int scale = upright.shape().size() / 18;
        int side = (int) Math.sqrt(scale);
        assertThat(upright.shape())
            .isEqualTo(
                orientation <= 4
                    ? new FeatureShape(3, 2 * side, 3 * side)
                    : new FeatureShape(3, 3 * side, 2 * side));
        assertThat(corners(upright))
            .as("orientation " + orientation)
            .isEqualTo(corners[orientation - 1]);
        DecodedImage resized =
            ImageDecoder.resizedTo(new FeatureShape(3, 2, 2)).decode(file, "exif");
        assertThat(resized.shape()).isEqualTo(new FeatureShape(3, 2, 2));
      }
    }
  }

  /** Kind: a file with two blocks of EXIF, which others turn by the first. */
  @Test
  void theFirstOfTwoExifBlocksCounts() throws IOException {
    byte[] jpeg = RawFixtures.encode("jpg", cornered(16));
    for (int first : new int[] {1, 6}) {
      // What is put in last comes first.
      byte[] file = ImageKinds.oriented(ImageKinds.oriented(jpeg, 7 - first), first);
      assertThat(ImageHeader.of(file).turn()).isEqualTo(Turn.ofExif(first));
      assertThat(corners(decoder.decode(file, "exif"))).isEqualTo(first == 1 ? "abcd" : "cadb");
    }
  }

  private static final int[] CORNERS = {0xC00000, 0x00C000, 0x0000C0, 0xC0C000};

  /** A 3x2 image, each of whose pixels is a square. */
  private static BufferedImage cornered(int side) {
    BufferedImage image = new BufferedImage(3 * side, 2 * side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 2 * side; y++) {
      for (int x = 0; x < 3 * side; x++) {
        int corner = (x < side ? 0 : 1) + (y < side ? 0 : 2);
        image.setRGB(x, y, x >= side && x < 2 * side ? 0x404040 : CORNERS[corner]);
      }
    }
    return image;
  }

  private static String corners(DecodedImage image) {
    int height = image.shape().height();
    int width = image.shape().width();
    int[] places = {0, width - 1, (height - 1) * width, height * width - 1};
    StringBuilder names = new StringBuilder();
    for (int place : places) {
      int nearest = 0;
      for (int corner = 1; corner < 4; corner++) {
        if (distance(image, place, CORNERS[corner]) < distance(image, place, CORNERS[nearest])) {
          nearest = corner;
        }
      }
      names.append("abcd".charAt(nearest));
    }
    return names.toString();
  }

  private static int distance(DecodedImage image, int place, int rgb) {
    int plane = image.shape().height() * image.shape().width();
    int distance = 0;
    for (int channel = 0; channel < 3; channel++) {
      int sample = image.pixels()[channel * plane + place] & 0xFF;
      distance += Math.abs(sample - (rgb >> 16 - 8 * channel & 0xFF));
    }
    return distance;
  }

  /** The header alone would ask for gigabytes; there is nothing behind it. */
  @Test
  void sizesAreCheckedBeforeMemoryIsTaken() {
    byte[] noRows = {};
    byte[] wide = PlainPng.of(30_000, 30_000, 8, 2, noRows);
    byte[] bits = PlainPng.of(20_000, 20_000, 1, 0, noRows);
    ImageDecoder square = ImageDecoder.resizedTo(new FeatureShape(3, 16, 16));

    assertThatThrownBy(() -> decoder.decode(wide, "wide.png"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "wide.png cannot be decoded (it is 30000x30000, and at most 33,554,432 pixels are decoded");
    assertThatThrownBy(() -> decoder.decode(bits, "bits.png"))
        .hasMessageContaining("it is 20000x20000");
    assertThatThrownBy(() -> decoder.decode(PlainPng.of(0, 4, 8, 2, noRows), "none.png"))
        .hasMessageContaining("its header says that it is 0x4");
    assertThatThrownBy(() -> decoder.decode(PlainPng.of(-4, 4, 8, 2, noRows), "negative.png"))
        .hasMessageContaining("its header says that it is -4x4");
    assertThatThrownBy(() -> square.decode(wide, "wide.png"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("wide.png cannot be decoded");
  }

  @Test
  void largeImagesAreSampledWhileTheyAreDecoded() {
    int side = 9000;
    byte[] rows = new byte[side * (1 + side / 8)];
    for (int y = 0; y < side; y++) {
      Arrays.fill(rows, y * (1 + side / 8) + 1, y * (1 + side / 8) + 1 + side / 16, (byte) -1);
    }
    byte[] file = PlainPng.of(side, side, 1, 0, rows);

    DecodedImage decoded =
        ImageDecoder.resizedTo(new FeatureShape(3, 8, 8)).decode(file, "large.png");

    assertThat(decoded.pixels()[0] & 0xFF).isEqualTo(255);
    assertThat(decoded.pixels()[7]).isZero();
    assertThatThrownBy(() -> decoder.decode(file, "large.png"))
        .hasMessageContaining("it is 9000x9000");
  }

  @Test
  void whatIsNoImageIsNamedForWhatItIs() {
    String[][] files = {
      {"GIF89a......", "it is a GIF image, neither JPEG, PNG nor BMP"},
      {"RIFF....WEBPVP8 ", "it is a WebP image"},
      {"", "it is empty"},
      {"hello", "it is text"},
      {"<html>", "it is a web page or XML"},
    };
    for (String[] file : files) {
      assertThatThrownBy(() -> decoder.decode(file[0].getBytes(StandardCharsets.US_ASCII), "a.png"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("a.png cannot be decoded (" + file[1]);
    }
  }
}
