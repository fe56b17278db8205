package org.sscspark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOException;

/** The segments of a JPEG file up to its frame header (ITU-T T.81, annex B). */
final class JpegHeader {
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int START_OF_SCAN = 0xDA;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final int ADOBE_TRANSFORM = 11;
  private static final int ADOBE_YCCK = 2;
  private static final int FRAME_BYTES = 6;
  private static final int COMPONENT_BYTES = 3;

  private final byte[] file;
  private Turn turn = Turn.NONE;
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

  private ImageHeader read() throws IOException {
    int at = 2;
    while (at + 4 <= file.length) {
      int marker = file[at + 1] & 0xFF;
      if ((file[at] & 0xFF) != 0xFF || marker == 0xFF || marker == 0) {
        // Fill bytes, and the stray ones that published files have.
        at++;
        continue;
      }
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        at += 2;
        continue;
      }
      int length = ByteBuffer.wrap(file).getShort(at + 2) & 0xFFFF;
      int end = at + 2 + length;
      if (marker == START_OF_SCAN || end > file.length) {
        break;
      }
      if (isFrame(marker)) {
        return frame(marker, at + 4, end);
      }
      segment(marker, at + 4, end);
      at = end;
    }
    throw new IIOException("truncated or corrupt JPEG: it has no frame header");
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private void segment(int marker, int from, int end) {
    if (marker == APP1 && begins(EXIF, from, end)) {
      turn = Exif.turn(ByteBuffer.wrap(file, from + EXIF.length, end - from - EXIF.length));
    } else if (marker == APP14 && begins(ADOBE, from, end) && end - from > ADOBE_TRANSFORM) {
      adobeTransform = file[from + ADOBE_TRANSFORM];
    }
  }

  private boolean begins(byte[] name, int from, int end) {
    return end - from >= name.length
        && Arrays.equals(file, from, from + name.length, name, 0, name.length);
  }

  private ImageHeader frame(int marker, int from, int end) throws IOException {
    if (marker > 0xC2) {
      throw new IIOException(
          "a JPEG of a coding that is not supported (SOF%d)".formatted(marker - 0xC0));
    }
    if (end - from < FRAME_BYTES) {
      throw new IIOException("truncated or corrupt JPEG: its frame header is too short");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file[from] != Byte.SIZE) {
      throw new IIOException("a JPEG of %d bits a sample; 8 are supported".formatted(file[from]));
    }
    return new ImageHeader(
        FileKind.JPEG,
        bytes.getShort(from + 3) & 0xFFFF,
        bytes.getShort(from + 1) & 0xFFFF,
        turn,
        colors(from + FRAME_BYTES, end),
        marker == 0xC2);
  }

  /** Without Adobe's segment, subsampled second and third bands can only be chroma. */
  private ImageHeader.JpegColors colors(int components, int end) {
    int bands = file[components - 1] & 0xFF;
    if (bands != 4 || end - components < bands * COMPONENT_BYTES) {
      return ImageHeader.JpegColors.RGB;
    }
    boolean subsampled = file[components + 1] != file[components + COMPONENT_BYTES + 1];
    return adobeTransform == ADOBE_YCCK || (adobeTransform < 0 && subsampled)
        ? ImageHeader.JpegColors.YCCK
        : ImageHeader.JpegColors.CMYK;
  }
}
