package org.sscspark.data;

import java.io.Serializable;
import java.util.Locale;
import org.sscspark.config.BadInputException;

/**
 * How much one image may take, so that a file cannot exhaust the memory of a machine by what its
 * header says.
 *
 * @param pixels the most that are decoded at once; at eight bytes each while one is decoded
 * @param bytes the longest file or archive entry that is read
 */
public record ReadLimits(long pixels, long bytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  public ReadLimits {
    if (pixels < 1 || bytes < 1) {
      throw new BadInputException(
          "Limits of %s pixels and %s bytes an image must be positive".formatted(pixels, bytes));
    }
    // Arrays end there, and the three channels of an image are one array.
    pixels = Math.min(pixels, Integer.MAX_VALUE / 4);
    bytes = Math.min(bytes, Integer.MAX_VALUE - 8);
  }

  /** Returns 32 Mi pixels, enough for photographs of 33 megapixels, and 128 MiB. */
  public static ReadLimits standard() {
    return new ReadLimits(1L << 25, 1L << 27);
  }

  /** Returns the height and width of the largest square that an image may be. */
  public int largestSide() {
    return (int) Math.sqrt((double) pixels);
  }

  /**
   * Checks the height and width that a user wants images to have.
   *
   * @param option that says so
   * @throws BadInputException if no image can have them
   */
  public void requireSide(String option, int side) {
    if (side < 1 || side > largestSide()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s %d: images can be made 1 to %d pixels high and wide, as one may have %,d; give fewer, or raise --max-pixels",
              option,
              side,
              largestSide(),
              pixels));
    }
  }

  /** Returns limits that only arrays set, for images that were checked when they were sharded. */
  public static ReadLimits none() {
    return new ReadLimits(Long.MAX_VALUE, Long.MAX_VALUE);
  }
}
