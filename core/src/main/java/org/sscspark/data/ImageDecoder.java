package org.sscspark.data;

import java.awt.Rectangle;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
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
   * The way in which files become pixels. A number of its own for each program that makes other
   * pixels of some file, or of a part of it: runs record it, so that none resumes with other
   * pixels.
   *
   * <ol>
   *   <li>parts of an image were halved and drawn, and color profiles honoured
   *   <li>parts are scaled as by Pillow, and color profiles ignored
   * </ol>
   *
   * <p>BMP files of more than 8 bits a color were noise and are pictures, and JPEG files with two
   * EXIF blocks were turned by the last and are turned by the first, without a new number, which
   * would keep every run from being resumed.
   */
  public static final int VERSION = 2;

  /**
   * Images of more pixels are sampled while they are decoded, if they are to become smaller anyway.
   * Pixels depend on this number, so it is no setting.
   */
  private static final long WHOLE_PIXELS = 1L << 25;

  private final Optional<FeatureShape> target;
  private final Optional<ImageScaler> scaler;
  private final long maxPixels;
  private final Map<FileKind, ImageReader> readers = new EnumMap<>(FileKind.class);
  private String warning = "";

  private ImageDecoder(Optional<FeatureShape> target, long maxPixels) {
    this.target = target;
    this.scaler = target.map(ImageScaler::new);
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
    PixelRows image =
        read(file, header, fits ? 1 : sampling(header), whole(header)).upright(header.turn());
    return fits
        ? image.planes()
        : PixelRows.of(CentreCut.of(image.drawable(), target.get())).planes();
  }

  private static Region whole(ImageHeader header) {
    return new Region(0, 0, header.height(), header.width());
  }

  /** Chooses a part of an upright image. */
  @FunctionalInterface
  interface PartChoice {
    Region of(int height, int width);
  }

  /**
   * Decodes a part of an image, and scales it to the shape asked for. What is outside it, as is
   * below it in the file, is not looked at.
   *
   * @param where the file's name, for messages
   * @throws BadInputException if it is no image, truncated, corrupt or too large
   */
  DecodedImage decodePart(byte[] file, String where, PartChoice choice) {
    FeatureShape shape = target.orElseThrow();
    try {
      ImageHeader header = ImageHeader.of(file);
      Region part = choice.of(header.uprightHeight(), header.uprightWidth());
      PixelRows image =
          read(file, header, 1, header.turn().stored(part, header.width(), header.height()))
              .upright(header.turn());
      return scaler
          .orElseThrow()
          .scale(
              image,
              TriangleWeights.of(part.height(), shape.height(), 0, shape.height()),
              TriangleWeights.of(part.width(), shape.width(), 0, shape.width()));
    } catch (IOException | RuntimeException e) {
      throw new BadInputException(
          "%s cannot be decoded (%s); replace or remove the file".formatted(where, reason(e)), e);
    }
  }

  /** Why a file could not be decoded, in words that fit into brackets. */
  public static String reason(Exception e) {
    if (e.getMessage() != null) {
      return e.getMessage();
    }
    // Some readers have no words for an end that comes too early.
    return e instanceof EOFException ? "it ends too early" : e.getClass().getSimpleName();
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

  /** Reads a part of the stored image, of which every so many rows and columns are taken. */
  private PixelRows read(byte[] file, ImageHeader header, int step, Region part)
      throws IOException {
    requireRoom(header, step);
    if (header.kind() == FileKind.PNG) {
      PngChunks.check(file);
    }
    byte[] content = header.kind() == FileKind.JPEG ? JpegHeader.withoutProfile(file) : file;
    ImageReader reader = readers.get(header.kind());
    warning = "";
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceRegion(new Rectangle(part.left(), part.top(), part.width(), part.height()));
      param.setSourceSubsampling(step, step, 0, 0);
      PixelRows pixels =
          header.kind() == FileKind.JPEG
              ? PixelRows.ofJpeg(reader.readRaster(0, param), header.colors())
              : PixelRows.of(reader.read(0, param));
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
          String.format(
              Locale.ROOT,
              "it is %dx%d%s, and at most %,d pixels are decoded at once; %sraise --max-pixels",
              header.width(),
              header.height(),
              header.progressive() ? " and progressive" : "",
              maxPixels,
              target.isPresent() || header.progressive() ? "" : "pass --resize or "));
    }
  }
}
