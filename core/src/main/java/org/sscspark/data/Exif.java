package org.sscspark.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation in an EXIF block (JEITA CP-3451): a TIFF header and its first directory. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /** Returns how an image is to be turned; a block that cannot be read says nothing about it. */
  static Turn turn(ByteBuffer block) {
    ByteBuffer tiff = block.slice();
    if (tiff.limit() < HEADER_BYTES) {
      return Turn.NONE;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < HEADER_BYTES || directory > tiff.limit() - Short.BYTES) {
      return Turn.NONE;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int entry = 0; entry < entries; entry++) {
      int at = directory + Short.BYTES + entry * ENTRY_BYTES;
      if (at > tiff.limit() - ENTRY_BYTES) {
        return Turn.NONE;
      }
      if ((tiff.getShort(at) & 0xFFFF) == ORIENTATION && tiff.getShort(at + 2) == SHORT) {
        return Turn.ofExif(tiff.getShort(at + 8) & 0xFFFF);
      }
    }
    return Turn.NONE;
  }
}
