package org.sscspark.data.augmentation;

/** A rectangle of pixels. */
public record Region(int top, int left, int height, int width) {
  public Region {
    if (top < 0 || left < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "A region of %sx%s at (%s, %s) is none".formatted(height, width, top, left));
    }
  }

  /** The pixels in it. */
  public long pixels() {
    return (long) height * width;
  }
}
