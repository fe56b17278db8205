package org.sscspark.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.sscspark.network.FeatureShape;

/** The pixels of a stored image as RGB, row by row, and the upright images made of them. */
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
    boolean direct =
        !(image.getColorModel() instanceof IndexColorModel)
            && image.getColorModel().getComponentSize(0) >= Byte.SIZE;
    return direct ? new Samples(image.getRaster()) : new Converted(image);
  }

  /** Returns the pixels of a JPEG's four bands as they are stored. */
  static PixelRows ofInks(Raster raster, ImageHeader.JpegColors colors) {
    return new Inks(raster, colors == ImageHeader.JpegColors.YCCK);
  }

  /** Returns the upright image [3, height, width]. */
  final DecodedImage planes(Turn turn) {
    int plane = width * height;
    byte[] pixels = new byte[3 * plane];
    Turn.Steps steps = turn.steps(width, height);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      read(y, row);
      int at = steps.first() + y * steps.down();
      for (int x = 0; x < width; x++, at += steps.right()) {
        pixels[at] = (byte) (row[x] >> 16);
        pixels[plane + at] = (byte) (row[x] >> 8);
        pixels[2 * plane + at] = (byte) row[x];
      }
    }
    return new DecodedImage(
        new FeatureShape(3, turn.swaps() ? width : height, turn.swaps() ? height : width), pixels);
  }

  /** Returns the upright image as one that can be drawn. */
  final BufferedImage drawable(Turn turn) {
    BufferedImage image =
        new BufferedImage(
            turn.swaps() ? height : width,
            turn.swaps() ? width : height,
            BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    Turn.Steps steps = turn.steps(width, height);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      read(y, row);
      int at = steps.first() + y * steps.down();
      for (int x = 0; x < width; x++, at += steps.right()) {
        pixels[at] = row[x];
      }
    }
    return image;
  }

  /** Grey or color samples of 8 or 16 bits; what comes after the third band is alpha. */
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

  /** Palettes, and samples of fewer than 8 bits. */
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
        if (chroma) {
          fromChroma(4 * x);
        }
        rgb[x] =
            lit(samples[4 * x], black) << 16
                | lit(samples[4 * x + 1], black) << 8
                | lit(samples[4 * x + 2], black);
      }
    }

    /** ITU-R BT.601 in the fixed point of libjpeg; the result is inverted ink. */
    private void fromChroma(int at) {
      int luma = samples[at];
      int blue = samples[at + 1] - 128;
      int red = samples[at + 2] - 128;
      samples[at] = 255 - clamp(luma + (91881 * red + 32768 >> 16));
      samples[at + 1] = 255 - clamp(luma + (-22554 * blue - 46802 * red + 32768 >> 16));
      samples[at + 2] = 255 - clamp(luma + (116130 * blue + 32768 >> 16));
    }

    private static int clamp(int sample) {
      return Math.max(0, Math.min(255, sample));
    }

    private static int lit(int ink, int black) {
      return black - (black * (255 - ink) + 127) / 255;
    }
  }
}
