package org.sscspark.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.PackedColorModel;
import java.awt.image.Raster;
import java.util.Arrays;
import org.sscspark.network.FeatureShape;

/** The pixels of an image as RGB, row by row. */
abstract class PixelRows {
  private final int width;
  private final int height;

  PixelRows(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** Puts row y into an array, a pixel an int: red in bits 16 to 23, green, blue. */
  abstract void read(int y, int[] rgb);

  final int width() {
    return width;
  }

  /**
   * Returns the pixels of a decoded image. Samples are taken as they are: Java would convert grey
   * as if it were linear light.
   */
  static PixelRows of(BufferedImage image) {
    return isDirect(image.getColorModel()) ? ofSamples(image.getRaster()) : new Converted(image);
  }

  /** Whether samples are of 8 or 16 bits. Those of packed pixels are of as many as masks have. */
  private static boolean isDirect(ColorModel colors) {
    if (colors instanceof PackedColorModel) {
      return Arrays.stream(colors.getComponentSize()).allMatch(bits -> bits == Byte.SIZE);
    }
    return !(colors instanceof IndexColorModel) && colors.getComponentSize(0) >= Byte.SIZE;
  }

  /** Returns the pixels of a JPEG's bands as they are stored. */
  static PixelRows ofJpeg(Raster raster, ImageHeader.JpegColors colors) {
    return switch (colors) {
      case SAMPLES -> ofSamples(raster);
      case YCC -> new Chroma(InterleavedBytes.of(raster).orElseThrow());
      case CMYK -> new Inks(raster, false);
      case YCCK -> new Inks(raster, true);
    };
  }

  private static PixelRows ofSamples(Raster raster) {
    return InterleavedBytes.of(raster)
        .<PixelRows>map(Bytes::new)
        .orElseGet(() -> new Samples(raster));
  }

  /** Returns these pixels turned upright. */
  final PixelRows upright(Turn turn) {
    if (turn == Turn.NONE) {
      return this;
    }
    int[] pixels = new int[width * height];
    Turn.Steps steps = turn.steps(width, height);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      read(y, row);
      int at = steps.first() + y * steps.down();
      for (int x = 0; x < width; x++, at += steps.right()) {
        pixels[at] = row[x];
      }
    }
    return new Turned(turn.swaps() ? height : width, turn.swaps() ? width : height, pixels);
  }

  /** Returns the image as one that can be drawn. */
  final BufferedImage drawable() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      read(y, row);
      image.getRaster().setDataElements(0, y, width, 1, row);
    }
    return image;
  }

  /** Returns the image [3, height, width]. */
  final DecodedImage planes() {
    int plane = width * height;
    byte[] pixels = new byte[3 * plane];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      read(y, row);
      for (int x = 0; x < width; x++, at++) {
        pixels[at] = (byte) (row[x] >> 16);
        pixels[plane + at] = (byte) (row[x] >> 8);
        pixels[2 * plane + at] = (byte) row[x];
      }
    }
    return new DecodedImage(new FeatureShape(3, height, width), pixels);
  }

  /** Pixels of an image that was turned. */
  private static final class Turned extends PixelRows {
    private final int[] pixels;

    Turned(int width, int height, int[] pixels) {
      super(width, height);
      this.pixels = pixels;
    }

    @Override
    void read(int y, int[] rgb) {
      System.arraycopy(pixels, y * width(), rgb, 0, width());
    }
  }

  /** Grey or color samples; what comes after the third band is alpha. */
  private static class Bytes extends PixelRows {
    private final InterleavedBytes bytes;

    Bytes(InterleavedBytes bytes) {
      super(bytes.width(), bytes.height());
      this.bytes = bytes;
    }

    @Override
    void read(int y, int[] rgb) {
      byte[] array = bytes.array();
      int step = bytes.pixelStride();
      int red = bytes.place(y, 0);
      int green = bytes.bands() < 3 ? red : bytes.place(y, 1);
      int blue = bytes.bands() < 3 ? red : bytes.place(y, 2);
      for (int x = 0, at = 0; x < width(); x++, at += step) {
        rgb[x] =
            (array[red + at] & 0xFF) << 16
                | (array[green + at] & 0xFF) << 8
                | array[blue + at] & 0xFF;
      }
    }
  }

  /** Luma and two bands of chroma. */
  private static final class Chroma extends Bytes {
    Chroma(InterleavedBytes bytes) {
      super(bytes);
    }

    @Override
    void read(int y, int[] rgb) {
      super.read(y, rgb);
      for (int x = 0; x < width(); x++) {
        int bands = rgb[x];
        rgb[x] = fromYcc(bands >> 16, bands >> 8 & 0xFF, bands & 0xFF);
      }
    }
  }

  /** ITU-R BT.601 in the fixed point of libjpeg. */
  private static int fromYcc(int luma, int blueChroma, int redChroma) {
    int blue = blueChroma - 128;
    int red = redChroma - 128;
    return clamp(luma + (91881 * red + 32768 >> 16)) << 16
        | clamp(luma + (-22554 * blue - 46802 * red + 32768 >> 16)) << 8
        | clamp(luma + (116130 * blue + 32768 >> 16));
  }

  private static int clamp(int sample) {
    return Math.max(0, Math.min(255, sample));
  }

  /** As {@link Bytes}, of 16 bits or in several arrays. */
  private static final class Samples extends PixelRows {
    private final Raster raster;
    private final boolean grey;
    private final int shift;
    private final int[] samples;

    Samples(Raster raster) {
      super(raster.getWidth(), raster.getHeight());
      this.raster = raster;
      this.grey = raster.getNumBands() < 3;
      this.shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? Byte.SIZE : 0;
      this.samples = new int[raster.getWidth()];
    }

    @Override
    void read(int y, int[] rgb) {
      for (int band = 0; band < 3; band++) {
        if (band == 0 || !grey) {
          raster.getSamples(0, y, width(), 1, band, samples);
        }
        for (int x = 0; x < width(); x++) {
          rgb[x] = (band == 0 ? 0 : rgb[x] << Byte.SIZE) | samples[x] >> shift & 0xFF;
        }
      }
    }
  }

  /** Palettes, and samples of neither 8 nor 16 bits. */
  private static final class Converted extends PixelRows {
    private final BufferedImage image;

    Converted(BufferedImage image) {
      super(image.getWidth(), image.getHeight());
      this.image = image;
    }

    @Override
    void read(int y, int[] rgb) {
      image.getRGB(0, y, width(), 1, rgb, 0, width());
      for (int x = 0; x < width(); x++) {
        rgb[x] &= 0xFFFFFF;
      }
    }
  }

  /**
   * CMYK, or CMY as luma and chroma with K, all inverted as Adobe stores them and every other
   * program reads them. Inks are multiplied: red is the share of light that neither cyan nor black
   * takes.
   */
  private static final class Inks extends PixelRows {
    private final Raster raster;
    private final boolean chroma;
    private final int[] samples;

    Inks(Raster raster, boolean chroma) {
      super(raster.getWidth(), raster.getHeight());
      this.raster = raster;
      this.chroma = chroma;
      this.samples = new int[4 * raster.getWidth()];
    }

    @Override
    void read(int y, int[] rgb) {
      raster.getPixels(0, y, width(), 1, samples);
      for (int x = 0; x < width(); x++) {
        int black = samples[4 * x + 3];
        int cmy =
            chroma
                ? 0xFFFFFF - fromYcc(samples[4 * x], samples[4 * x + 1], samples[4 * x + 2])
                : samples[4 * x] << 16 | samples[4 * x + 1] << 8 | samples[4 * x + 2];
        rgb[x] =
            lit(cmy >> 16, black) << 16 | lit(cmy >> 8 & 0xFF, black) << 8 | lit(cmy & 0xFF, black);
      }
    }

    private static int lit(int ink, int black) {
      return black - (black * (255 - ink) + 127) / 255;
    }
  }
}
