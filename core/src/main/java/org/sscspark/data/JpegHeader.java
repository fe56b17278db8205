package org.sscspark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOException;

/** What the segments of a JPEG file say up to its frame header. */
final class JpegHeader {
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP2 = 0xE2;
  private static final int APP14 = 0xEE;
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final int ADOBE_TRANSFORM = 11;
  private static final int ADOBE_YCCK = 2;
  private static final int FRAME_BYTES = 6;
  private static final int COMPONENT_BYTES = 3;

  private final byte[] file;
  private Turn turn = Turn.NONE;
  private boolean exif;
  private boolean jfif;
  private int adobeTransform = -1;

  private JpegHeader(byte[] file) {
    this.file = file;
  }

  /**
   * Reads the header.
   *
   * @throws IOException if there is no frame header, or its coding is one that nothing here decodes
   */
  static ImageHeader read(byte[] file) throws IOException {
    return new JpegHeader(file).read();
  }

  /**
   * Returns the file without its color profile: the pixels are not converted by it, and Java's
   * reader makes ready to do so all the same, which takes longer than to decode a photograph.
   */
  static byte[] withoutProfile(byte[] file) {
    JpegSegments segments = new JpegSegments(file);
    byte[] without = file;
    int length = 0;
    int kept = 0;
    while (segments.next()) {
      if (segments.marker() == APP2 && segments.begins(PROFILE)) {
        without = without == file ? new byte[file.length] : without;
        System.arraycopy(file, kept, without, length, segments.start() - kept);
        length += segments.start() - kept;
        kept = segments.end();
      }
    }
    if (kept == 0) {
      return file;
    }
    System.arraycopy(file, kept, without, length, file.length - kept);
    return Arrays.copyOf(without, length + file.length - kept);
  }

  private ImageHeader read() throws IOException {
    JpegSegments segments = new JpegSegments(file);
    while (segments.next()) {
      if (isFrame(segments.marker())) {
        return frame(segments.marker(), segments.content(), segments.end());
      }
      segment(segments);
    }
    throw new IIOException("truncated or corrupt JPEG: it has no frame header");
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private void segment(JpegSegments segments) {
    int from = segments.content();
    int length = segments.end() - from;
    if (segments.marker() == APP0 && segments.begins(JFIF)) {
      jfif = true;
    } else if (segments.marker() == APP1 && segments.begins(EXIF) && !exif) {
      // The first of several is of this file, others came with what was put into it.
      exif = true;
      turn = Exif.turn(ByteBuffer.wrap(file, from + EXIF.length, length - EXIF.length));
    } else if (segments.marker() == APP14 && segments.begins(ADOBE) && length > ADOBE_TRANSFORM) {
      adobeTransform = file[from + ADOBE_TRANSFORM];
    }
  }

  private ImageHeader frame(int marker, int from, int end) throws IOException {
    if (marker > 0xC2) {
      throw new IIOException(
          "a JPEG of a coding that is not supported (SOF%s)".formatted(marker - 0xC0));
    }
    if (end - from < FRAME_BYTES) {
      throw new IIOException("truncated or corrupt JPEG: its frame header is too short");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file[from] != Byte.SIZE) {
      throw new IIOException("a JPEG of %s bits a sample; 8 are supported".formatted(file[from]));
    }
    return new ImageHeader(
        FileKind.JPEG,
        bytes.getShort(from + 3) & 0xFFFF,
        bytes.getShort(from + 1) & 0xFFFF,
        turn,
        colors(from + FRAME_BYTES, end),
        marker == 0xC2);
  }

  /**
   * The rules of libjpeg. Of four bands without Adobe's segment, subsampled second and third ones
   * can only be chroma.
   */
  private ImageHeader.JpegColors colors(int components, int end) {
    int bands = file[components - 1] & 0xFF;
    if (end - components < bands * COMPONENT_BYTES) {
      return ImageHeader.JpegColors.SAMPLES;
    }
    return switch (bands) {
      case 3 -> isRgb(components) ? ImageHeader.JpegColors.SAMPLES : ImageHeader.JpegColors.YCC;
      case 4 ->
          adobeTransform == ADOBE_YCCK
                  || (adobeTransform < 0
                      && file[components + 1] != file[components + COMPONENT_BYTES + 1])
              ? ImageHeader.JpegColors.YCCK
              : ImageHeader.JpegColors.CMYK;
      default -> ImageHeader.JpegColors.SAMPLES;
    };
  }

  private boolean isRgb(int components) {
    if (jfif || adobeTransform >= 0) {
      return !jfif && adobeTransform == 0;
    }
    return file[components] == 'R'
        && file[components + COMPONENT_BYTES] == 'G'
        && file[components + 2 * COMPONENT_BYTES] == 'B';
  }
}
