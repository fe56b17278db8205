package org.sscspark.data;

import java.io.Serializable;
import java.util.List;

/**
 * What reading a raw data set met that was not taken as it was.
 *
 * @param passedOver files that are no images, sorted by kind
 * @param turned images that were turned upright, as their EXIF data ask
 * @param leftOut images that could not be decoded and were left out; the data set's folder lists
 *     them in {@link #LEFT_OUT_FILE}
 */
public record ReadingNotes(List<PassedOver> passedOver, long turned, long leftOut)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The list of what was left out, a JSON document a line; only there if something was. */
  public static final String LEFT_OUT_FILE = "left-out.jsonl";

  public ReadingNotes {
    passedOver = List.copyOf(passedOver);
  }

  /** Returns the notes of a data set that was taken as it was. */
  public static ReadingNotes none() {
    return new ReadingNotes(List.of(), 0, 0);
  }
}
