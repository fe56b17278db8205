package org.sscspark.data.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import org.apache.commons.compress.utils.IOUtils;

/**
 * The record at the end of a zip archive, which says how many entries its index has: what reads the
 * index stops at the first that is damaged.
 */
final class ZipEnd {
  private static final int SIGNATURE = 0x06054b50;
  private static final int BYTES = 22;
  private static final int ENTRIES_AT = 10;
  private static final int COMMENT_BYTES = 0xFFFF;

  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATED_AT = 8;
  private static final int LARGE_ENTRIES_AT = 32;

  private ZipEnd() {}

  /**
   * Checks that an index is whole.
   *
   * @param read how many entries were read
   * @throws IOException if there should be others
   */
  static void requireEntries(SeekableByteChannel zip, long read) throws IOException {
    long from = Math.max(0, zip.size() - COMMENT_BYTES - BYTES - LOCATOR_BYTES);
    ByteBuffer tail = bytes(zip, from, (int) (zip.size() - from));
    int end = tail.limit() - BYTES;
    while (end > 0 && tail.getInt(end) != SIGNATURE) {
      end--;
    }
    long stated = tail.getShort(end + ENTRIES_AT) & 0xFFFF;
    int locator = end - LOCATOR_BYTES;
    boolean large = stated == 0xFFFF && locator >= 0 && tail.getInt(locator) == LOCATOR_SIGNATURE;
    if (large) {
      long record = tail.getLong(locator + LOCATED_AT);
      stated = bytes(zip, record + LARGE_ENTRIES_AT, Long.BYTES).getLong(0);
    }
    // Without a record for large archives there are 16 bits for the number.
    if (stated != (large ? read : read & 0xFFFF)) {
      throw new IOException(
          "its index should have %s entries, and %s can be read".formatted(stated, read));
    }
  }

  private static ByteBuffer bytes(SeekableByteChannel zip, long from, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    zip.position(from);
    IOUtils.readFully(zip, bytes);
    return bytes;
  }
}
