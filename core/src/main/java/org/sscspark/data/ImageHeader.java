package org.sscspark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOException;

/**
 * What an image file says of itself, read before memory is taken for its pixels.
 *
 * @param width the stored image's, before it is turned
 * @param height the stored image's, before it is turned
 * @param colors the color space of a JPEG
 * @param progressive whether a decoder holds all coefficients of a JPEG at once
 */
public record ImageHeader(
    FileKind kind, int width, int height, Turn turn, JpegColors colors, boolean progressive) {
  private static final int PNG_SIZE = 16;
  private static final int PNG_HEADER_BYTES = 33;
  private static final int PNG_EXIF = 0x65584966;
  private static final int BMP_HEADER = 14;
  private static final int BMP_HEADER_BYTES = 26;
  private static final int OLD_BMP_HEADER = 12;

  /** How the bands of a JPEG are meant. */
  enum JpegColors {
    /** Grey or RGB. */
    SAMPLES,
    /** Luma and chroma. */
    YCC,
    CMYK,
    YCCK
  }

  /**
   * Reads the header of a JPEG, PNG or BMP file.
   *
   * @throws IOException saying what the file is instead, or what is wrong with it
   */
  public static ImageHeader of(byte[] file) throws IOException {
    FileKind kind = FileKind.of(file);
    ImageHeader header =
        switch (kind) {
          case JPEG -> JpegHeader.read(file);
          case PNG -> png(file);
          case BMP -> bmp(file);
          case EMPTY -> throw new IIOException("it is empty");
          default ->
              throw new IIOException("it is " + kind.words() + ", neither JPEG, PNG nor BMP");
        };
    if (header.width < 1 || header.height < 1) {
      throw new IIOException(
          "its header says that it is %sx%s".formatted(header.width, header.height));
    }
    return header;
  }

  private static ImageHeader png(byte[] file) throws IOException {
    if (file.length < PNG_HEADER_BYTES) {
      throw PngChunks.truncated(file);
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    return new ImageHeader(
        FileKind.PNG,
        bytes.getInt(PNG_SIZE),
        bytes.getInt(PNG_SIZE + Integer.BYTES),
        PngChunks.content(file, PNG_EXIF).map(Exif::turn).orElse(Turn.NONE),
        JpegColors.SAMPLES,
        false);
  }

  private static ImageHeader bmp(byte[] file) throws IOException {
    if (file.length < BMP_HEADER_BYTES) {
      throw new IIOException("truncated BMP: it ends at byte " + file.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean old = bytes.getInt(BMP_HEADER) == OLD_BMP_HEADER;
    int at = BMP_HEADER + Integer.BYTES;
    return new ImageHeader(
        FileKind.BMP,
        old ? bytes.getShort(at) & 0xFFFF : bytes.getInt(at),
        // A negative height says that the first row is the top one.
        old ? bytes.getShort(at + 2) & 0xFFFF : Math.abs(bytes.getInt(at + 4)),
        Turn.NONE,
        JpegColors.SAMPLES,
        false);
  }

  /** The pixels of the image. */
  public long pixels() {
    return (long) width * height;
  }

  /** The width of the upright image. */
  public int uprightWidth() {
    return turn.swaps() ? height : width;
  }

  /** The height of the upright image. */
  public int uprightHeight() {
    return turn.swaps() ? width : height;
  }
}
