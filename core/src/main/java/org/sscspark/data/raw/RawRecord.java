package org.sscspark.data.raw;

import java.io.Serializable;
import java.util.Locale;

/**
 * One labelled image of a raw data set.
 *
 * @param className its class
 * @param where its file and place in it, for messages
 * @param image raw pixels [channels, height, width] or an encoded file; empty if only labels were
 *     asked for, or it cannot be read
 * @param problem why the image cannot be read; empty if it can
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on once and never compared.
public record RawRecord(String className, String where, byte[] image, String problem)
    implements Serializable {
  private static final byte[] NOTHING = {};

  /** An image that was read, or only its label. */
  public RawRecord(String className, String where, byte[] image) {
    this(className, where, image, "");
  }

  /** A record of which only the label was asked for. */
  static RawRecord labelled(String className, String where) {
    return new RawRecord(className, where, NOTHING, "");
  }

  /** A record whose image cannot be read. */
  public static RawRecord unreadable(String className, String where, String problem) {
    return new RawRecord(className, where, NOTHING, problem);
  }

  /** What is said of an image that is longer than the limit. */
  static String tooLong(long bytes, long limit) {
    return String.format(
        Locale.ROOT, "it has %,d bytes, and at most %,d are read; see --max-bytes", bytes, limit);
  }
}
