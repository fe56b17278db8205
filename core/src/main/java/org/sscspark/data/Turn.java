package org.sscspark.data;

import org.sscspark.data.augmentation.Region;

/**
 * How a stored image is turned and mirrored to stand upright: the eight orientations of EXIF (JEITA
 * CP-3451), in the order of their numbers.
 */
public enum Turn {
  NONE(false, false, false),
  MIRROR(false, true, false),
  HALF(false, true, true),
  FLIP(false, false, true),
  TRANSPOSE(true, false, false),
  RIGHT(true, true, false),
  TRANSVERSE(true, true, true),
  LEFT(true, false, true);

  private final boolean swap;
  private final boolean fromRight;
  private final boolean fromBottom;

  /** Rows become columns first; the others count the upright image's columns and rows. */
  Turn(boolean swap, boolean fromRight, boolean fromBottom) {
    this.swap = swap;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** Returns the turn of an EXIF orientation; one that is not in 1..8 means none. */
  static Turn ofExif(int orientation) {
    return orientation < 1 || orientation > values().length ? NONE : values()[orientation - 1];
  }

  /** Whether width and height change places. */
  boolean swaps() {
    return swap;
  }

  /** Where the pixels of a stored image are in the upright one, which is stored row by row. */
  Steps steps(int storedWidth, int storedHeight) {
    int width = swap ? storedHeight : storedWidth;
    int height = swap ? storedWidth : storedHeight;
    int across = fromRight ? -1 : 1;
    int down = fromBottom ? -width : width;
    return new Steps(
        (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0),
        swap ? down : across,
        swap ? across : down);
  }

  /** Returns where a part of the upright image is in the stored one. */
  Region stored(Region part, int storedWidth, int storedHeight) {
    int width = swap ? storedHeight : storedWidth;
    int height = swap ? storedWidth : storedHeight;
    int left = fromRight ? width - part.left() - part.width() : part.left();
    int top = fromBottom ? height - part.top() - part.height() : part.top();
    return swap
        ? new Region(left, top, part.width(), part.height())
        : new Region(top, left, part.height(), part.width());
  }

  /**
   * A linear walk through the upright image.
   *
   * @param first the place of the stored image's first pixel
   * @param right from a stored pixel to its right neighbour
   * @param down from a stored pixel to the one below
   */
  record Steps(int first, int right, int down) {}
}
