package org.sscspark.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;

/**
 * Decodes JPEG and PNG files to RGB. Grey images get three equal channels; alpha and colour
 * profiles are ignored. If a shape is asked for, the image is scaled until it just covers that
 * shape, and its centre is cut out. For one thread.
 */
public final class ImageDecoder {
  private final Optional<FeatureShape> target;
  private final ImageReader jpegReader = reader("jpeg");
  private final ImageReader pngReader = reader("png");
  private String warning = "";

  private ImageDecoder(Optional<FeatureShape> target) {
    this.target = target;
    jpegReader.addIIOReadWarningListener(
        (source, text) -> {
          if (isDamage(text)) {
            warning = text;
          }
        });
  }

  /** Returns the decoder that keeps every image's size. */
  public static ImageDecoder original() {
    return new ImageDecoder(Optional.empty());
  }

  /** Returns the decoder that makes every image of one shape. */
  public static ImageDecoder resizedTo(FeatureShape shape) {
    if (shape.channels() != 3) {
      throw new IllegalArgumentException("Encoded images have 3 channels, asked for " + shape);
    }
    return new ImageDecoder(Optional.of(shape));
  }

  private static ImageReader reader(String format) {
    return ImageIO.getImageReadersByFormatName(format).next();
  }

  /** Stray bytes before a marker are common in published data sets and do no harm. */
  private static boolean isDamage(String warning) {
    return (warning.startsWith("Truncated") || warning.startsWith("Corrupt"))
        && !warning.contains("extraneous bytes before marker");
  }

  /**
   * Decodes a file.
   *
   * @param where the file's name, for messages
   * @throws BadInputException if it is no image, truncated or corrupt
   */
  public DecodedImage decode(byte[] file, String where) {
    BufferedImage image;
    try {
      image = read(file);
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers throw all kinds of runtime exceptions on corrupt files.
      throw new BadInputException(
          "%s cannot be decoded (%s); replace or remove the file".formatted(where, e.getMessage()),
          e);
    }
    boolean fits =
        target.isEmpty()
            || (image.getHeight() == target.get().height()
                && image.getWidth() == target.get().width());
    return planes(fits ? image : cut(rgb(image), target.get().height(), target.get().width()));
  }

  private BufferedImage read(byte[] file) throws IOException {
    boolean jpeg = startsWith(file, 0xFF, 0xD8);
    if (!jpeg && !startsWith(file, 0x89, 'P', 'N', 'G')) {
      throw new IIOException("it is neither JPEG nor PNG");
    }
    if (!jpeg) {
      PngChunks.check(file);
    }
    ImageReader reader = jpeg ? jpegReader : pngReader;
    warning = "";
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      if (!warning.isEmpty()) {
        throw new IIOException(warning);
      }
      if (jpeg && image.getRaster().getNumBands() == 4) {
        throw new IIOException("a JPEG with four channels");
      }
      return image;
    }
  }

  private static boolean startsWith(byte[] file, int... magic) {
    return file.length >= magic.length
        && IntStream.range(0, magic.length).allMatch(i -> (file[i] & 0xFF) == magic[i]);
  }

  private static BufferedImage rgb(BufferedImage image) {
    DecodedImage decoded = planes(image);
    BufferedImage rgb =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    int plane = image.getWidth() * image.getHeight();
    int[] packed = new int[plane];
    byte[] pixels = decoded.pixels();
    for (int at = 0; at < plane; at++) {
      packed[at] =
          (pixels[at] & 0xFF) << 16
              | (pixels[plane + at] & 0xFF) << 8
              | pixels[2 * plane + at] & 0xFF;
    }
    rgb.setRGB(0, 0, image.getWidth(), image.getHeight(), packed, 0, image.getWidth());
    return rgb;
  }

  private static BufferedImage cut(BufferedImage image, int height, int width) {
    double scale = Math.max((double) height / image.getHeight(), (double) width / image.getWidth());
    int scaledHeight = Math.max(height, (int) Math.round(image.getHeight() * scale));
    int scaledWidth = Math.max(width, (int) Math.round(image.getWidth() * scale));
    BufferedImage halved = halve(image, 2 * scaledWidth, 2 * scaledHeight);
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    draw(
        halved,
        cut,
        (width - scaledWidth) / 2,
        (height - scaledHeight) / 2,
        scaledWidth,
        scaledHeight);
    return cut;
  }

  /** Bilinear scaling looks at four pixels only, so large images are halved step by step first. */
  private static BufferedImage halve(BufferedImage image, int minWidth, int minHeight) {
    BufferedImage current = image;
    while (current.getWidth() >= minWidth && current.getHeight() >= minHeight) {
      BufferedImage half =
          new BufferedImage(
              current.getWidth() / 2, current.getHeight() / 2, BufferedImage.TYPE_INT_RGB);
      draw(current, half, 0, 0, half.getWidth(), half.getHeight());
      current = half;
    }
    return current;
  }

  private static void draw(
      BufferedImage from, BufferedImage to, int left, int top, int width, int height) {
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(from, left, top, width, height, null);
    graphics.dispose();
  }

  /** Takes samples as they are: Java would convert grey as if it were linear light. */
  private static DecodedImage planes(BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    int plane = height * width;
    byte[] pixels = new byte[3 * plane];
    if (image.getColorModel() instanceof IndexColorModel) {
      int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
      for (int at = 0; at < plane; at++) {
        pixels[at] = (byte) (packed[at] >> 16);
        pixels[plane + at] = (byte) (packed[at] >> 8);
        pixels[2 * plane + at] = (byte) packed[at];
      }
    } else {
      Raster raster = image.getRaster();
      boolean grey = raster.getNumBands() < 3;
      int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
      int[] samples = new int[plane];
      for (int channel = 0; channel < 3; channel++) {
        raster.getSamples(0, 0, width, height, grey ? 0 : channel, samples);
        for (int at = 0; at < plane; at++) {
          pixels[channel * plane + at] = (byte) (samples[at] >> shift);
        }
      }
    }
    return new DecodedImage(new FeatureShape(3, height, width), pixels);
  }
}
