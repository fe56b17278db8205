package org.sscspark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    while (at + FRAME_BYTES <= file.length) {
      int length = bytes.getInt(at);
      if (length < 0 || length > file.length - at - FRAME_BYTES) {
        break;
      }
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
    throw new IIOException("truncated PNG: it ends at byte " + file.length);
  }
}
