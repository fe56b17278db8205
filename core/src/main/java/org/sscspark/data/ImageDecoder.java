package org.sscspark.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;

/**
 * Decodes JPEG and PNG files to RGB. Grey images get three equal channels, and alpha is dropped. If
 * a size is asked for, the image is scaled so that its shorter side has it, and its centre is cut
 * out.
 */
public final class ImageDecoder {
  private final Optional<FeatureShape> target;

  private ImageDecoder(Optional<FeatureShape> target) {
    this.target = target;
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

  /**
   * Decodes a file.
   *
   * @param where the file's name, for messages
   * @throws BadInputException if it is no image, truncated or corrupt
   */
  public DecodedImage decode(byte[] file, String where) {
    BufferedImage image = read(file, where);
    if (target.isPresent()) {
      image = cut(image, target.get().height(), target.get().width());
    }
    return planes(image);
  }

  private static BufferedImage read(byte[] file, String where) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadInputException(
            where + " is not a JPEG or PNG image; replace or remove the file");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof BadInputException badInput) {
        throw badInput;
      }
      throw new BadInputException(
          where + " cannot be decoded (" + e.getMessage() + "); replace or remove the file", e);
    }
  }

  private static BufferedImage cut(BufferedImage image, int height, int width) {
    if (image.getHeight() == height && image.getWidth() == width) {
      return image;
    }
    double scale = Math.max((double) height / image.getHeight(), (double) width / image.getWidth());
    int scaledHeight = Math.max(height, (int) Math.round(image.getHeight() * scale));
    int scaledWidth = Math.max(width, (int) Math.round(image.getWidth() * scale));
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = cut.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(
        image,
        (width - scaledWidth) / 2,
        (height - scaledHeight) / 2,
        scaledWidth,
        scaledHeight,
        null);
    graphics.dispose();
    return cut;
  }

  private static DecodedImage planes(BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    int plane = height * width;
    byte[] pixels = new byte[3 * plane];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        pixels[at] = (byte) (row[x] >> 16);
        pixels[plane + at] = (byte) (row[x] >> 8);
        pixels[2 * plane + at] = (byte) row[x];
      }
    }
    return new DecodedImage(new FeatureShape(3, height, width), pixels);
  }
}
