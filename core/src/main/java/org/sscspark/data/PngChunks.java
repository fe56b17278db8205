package org.sscspark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.IIOException;

/** The chunks of a PNG file, which Java's reader does not check. */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int TYPE_BYTES = 4;
  private static final int FRAME_BYTES = 12;
  private static final int IEND = 0x49454E44;

  private PngChunks() {}

  /**
   * Checks that all chunks are there, to the last, and that their checksums are right.
   *
   * @throws IOException saying what is wrong
   */
  static void check(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int at = SIGNATURE_BYTES;
    while (isWhole(bytes, at)) {
      int length = bytes.getInt(at);
      CRC32 checksum = new CRC32();
      checksum.update(file, at + 4, TYPE_BYTES + length);
      if ((int) checksum.getValue() != bytes.getInt(at + 4 + TYPE_BYTES + length)) {
        throw new IIOException("corrupt PNG: wrong checksum at byte " + at);
      }
      if (bytes.getInt(at + 4) == IEND) {
        return;
      }
      at += FRAME_BYTES + length;
    }
    throw truncated(file);
  }

  /** Returns what the first chunk of a type holds, if there is one. */
  static Optional<ByteBuffer> content(byte[] file, int type) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int at = SIGNATURE_BYTES;
    while (isWhole(bytes, at)) {
      int length = bytes.getInt(at);
      if (bytes.getInt(at + 4) == type) {
        return Optional.of(bytes.slice(at + 4 + TYPE_BYTES, length));
      }
      at += FRAME_BYTES + length;
    }
    return Optional.empty();
  }

  private static boolean isWhole(ByteBuffer bytes, int at) {
    if (at + FRAME_BYTES > bytes.limit()) {
      return false;
    }
    int length = bytes.getInt(at);
    return length >= 0 && length <= bytes.limit() - at - FRAME_BYTES;
  }

  static IIOException truncated(byte[] file) {
    return new IIOException("truncated PNG: it ends at byte " + file.length);
  }
}
