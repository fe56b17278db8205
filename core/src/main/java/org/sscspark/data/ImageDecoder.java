package org.sscspark.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.sscspark.config.BadInputException;
import org.sscspark.data.augmentation.Region;
import org.sscspark.network.FeatureShape;

/**
 * Decodes JPEG, PNG and BMP files to upright RGB. Grey images get three equal channels, CMYK and
 * YCCK are multiplied out, of 16 bits the upper eight are taken; alpha and color profiles are
 * ignored. If a shape is asked for, the image is scaled until it just covers that shape, and its
 * centre is cut out. For one thread.
 */
public final class ImageDecoder {
  /**
   * Images of more pixels are sampled while they are decoded, if they are to become smaller anyway.
   * Pixels depend on this number, so it is no setting.
   */
  private static final long WHOLE_PIXELS = 1L << 25;

  private final Optional<FeatureShape> target;
  private final long maxPixels;
  private final Map<FileKind, ImageReader> readers = new EnumMap<>(FileKind.class);
  private String warning = "";

  private ImageDecoder(Optional<FeatureShape> target, long maxPixels) {
    this.target = target;
    this.maxPixels = maxPixels;
    readers.put(FileKind.JPEG, reader("jpeg"));
    readers.put(FileKind.PNG, reader("png"));
    readers.put(FileKind.BMP, reader("bmp"));
    readers
        .get(FileKind.JPEG)
        .addIIOReadWarningListener(
            (source, text) -> {
              if (isDamage(text)) {
                warning = text;
              }
            });
  }

  /** Returns the decoder that keeps every image's size. */
  public static ImageDecoder original() {
    return new ImageDecoder(Optional.empty(), ReadLimits.standard().pixels());
  }

  /** Returns the decoder that makes every image of one shape. */
  public static ImageDecoder resizedTo(FeatureShape shape) {
    if (shape.channels() != 3) {
      throw new IllegalArgumentException("Encoded images have 3 channels, asked for " + shape);
    }
    return new ImageDecoder(Optional.of(shape), ReadLimits.standard().pixels());
  }

  /** Returns this decoder with another limit of what it decodes at once. */
  public ImageDecoder withLimits(ReadLimits limits) {
    return new ImageDecoder(target, limits.pixels());
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
   * @throws BadInputException if it is no image, truncated, corrupt or too large
   */
  public DecodedImage decode(byte[] file, String where) {
    try {
      return decode(file);
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers throw all kinds of runtime exceptions on corrupt files.
      throw new BadInputException(
          "%s cannot be decoded (%s); replace or remove the file".formatted(where, reason(e)), e);
    }
  }

  /**
   * Decodes a file.
   *
   * @throws IOException saying why it cannot be decoded; {@link #reason} gives the words
   */
  public DecodedImage decode(byte[] file) throws IOException {
    ImageHeader header = ImageHeader.of(file);
    boolean fits =
        target.isEmpty()
            || (header.uprightHeight() == target.get().height()
                && header.uprightWidth() == target.get().width());
    PixelRows pixels = read(file, header, fits ? 1 : sampling(header));
    return fits
        ? pixels.planes(header.turn())
        : PixelRows.of(
                cut(pixels.drawable(header.turn()), target.get().height(), target.get().width()))
            .planes(Turn.NONE);
  }

  /** Chooses a part of an upright image. */
  @FunctionalInterface
  interface PartChoice {
    Region of(int height, int width);
  }

  /**
   * Decodes a file, and scales a part of the image to the shape asked for.
   *
   * @param where the file's name, for messages
   * @throws BadInputException if it is no image, truncated, corrupt or too large
   */
  DecodedImage decodePart(byte[] file, String where, PartChoice choice) {
    FeatureShape shape = target.orElseThrow();
    try {
      ImageHeader header = ImageHeader.of(file);
      Region part = choice.of(header.uprightHeight(), header.uprightWidth());
      BufferedImage upright = read(file, header, 1).drawable(header.turn());
      BufferedImage cut =
          halve(
              upright.getSubimage(part.left(), part.top(), part.width(), part.height()),
              2 * shape.width(),
              2 * shape.height());
      BufferedImage scaled =
          new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
      draw(cut, scaled, 0, 0, shape.width(), shape.height());
      return PixelRows.of(scaled).planes(Turn.NONE);
    } catch (IOException | RuntimeException e) {
      throw new BadInputException(
          "%s cannot be decoded (%s); replace or remove the file".formatted(where, reason(e)), e);
    }
  }

  /** Why a file could not be decoded, in words that fit into brackets. */
  public static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Every how many pixels in a row, and rows, one is decoded: as few as memory asks for. */
  private int sampling(ImageHeader header) {
    FeatureShape shape = target.orElseThrow();
    int most =
        Math.max(
            1,
            Math.min(
                header.uprightWidth() / shape.width(), header.uprightHeight() / shape.height()));
    int step = 1;
    while (step < most && header.pixels() / ((long) step * step) > WHOLE_PIXELS) {
      step++;
    }
    return step;
  }

  private PixelRows read(byte[] file, ImageHeader header, int step) throws IOException {
    requireRoom(header, step);
    if (header.kind() == FileKind.PNG) {
      PngChunks.check(file);
    }
    ImageReader reader = readers.get(header.kind());
    warning = "";
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(step, step, 0, 0);
      PixelRows pixels =
          header.colors() == ImageHeader.JpegColors.RGB
              ? PixelRows.of(reader.read(0, param))
              : PixelRows.ofInks(reader.readRaster(0, param), header.colors());
      if (!warning.isEmpty()) {
        throw new IIOException(warning);
      }
      return pixels;
    }
  }

  private void requireRoom(ImageHeader header, int step) throws IOException {
    long pixels = header.pixels() / (header.progressive() ? 1 : (long) step * step);
    if (pixels > maxPixels) {
      throw new IIOException(
          "it is %dx%d%s, and at most %,d pixels are decoded at once; %sraise --max-pixels"
              .formatted(
                  header.width(),
                  header.height(),
                  header.progressive() ? " and progressive" : "",
                  maxPixels,
                  target.isPresent() || header.progressive() ? "" : "pass --resize or "));
    }
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
}
