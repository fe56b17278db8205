package org.sscspark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sscspark.config.BadInputException;
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
}
