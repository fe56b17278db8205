package org.sscspark.storage;

import java.time.LocalDateTime;
import java.util.zip.ZipEntry;

/** Entries of zips all of one time, so that equal content gives equal bytes. */
public final class TimelessEntry {
  /**
   * The first month of zips' time is not used: its first midnight stands for what came before, of
   * which Java notes the moment, and that depends on the time zone.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private TimelessEntry() {}

  /** An entry of this name. */
  public static ZipEntry named(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    return entry;
  }
}
