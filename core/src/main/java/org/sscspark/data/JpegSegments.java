package org.sscspark.data;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The segments of a JPEG file up to its first scan, one after the other (ITU-T T.81, annex B). */
final class JpegSegments {
  private static final int START_OF_SCAN = 0xDA;
  private static final int HEADER_BYTES = 4;

  private final byte[] file;
  private int marker;
  private int start;
  private int end = 2;

  JpegSegments(byte[] file) {
    this.file = file;
  }

  /** Goes to the next segment; returns false if there is none that is whole, or a scan begins. */
  boolean next() {
    int at = end;
    while (at + HEADER_BYTES <= file.length) {
      marker = file[at + 1] & 0xFF;
      if ((file[at] & 0xFF) != 0xFF || marker == 0xFF || marker == 0) {
        // Fill bytes, and the stray ones that published files have.
        at++;
      } else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        at += 2;
      } else {
        start = at;
        end = at + 2 + (ByteBuffer.wrap(file).getShort(at + 2) & 0xFFFF);
        return marker != START_OF_SCAN && end <= file.length;
      }
    }
    return false;
  }

  /** The second byte of the segment's marker. */
  int marker() {
    return marker;
  }

  /** Where the segment's marker is. */
  int start() {
    return start;
  }

  /** Where its content is, behind its length. */
  int content() {
    return start + HEADER_BYTES;
  }

  /** Where it ends. */
  int end() {
    return end;
  }

  /** Whether its content begins with a name. */
  boolean begins(byte[] name) {
    return end - content() >= name.length
        && Arrays.equals(file, content(), content() + name.length, name, 0, name.length);
  }
}
