package org.sscspark.data.augmentation;

import org.sscspark.network.FeatureShape;
import org.sscspark.random.RandomStream;

/**
 * Cutout (DeVries and Taylor, 2017): a square of the mean's colour, centred anywhere in the image,
 * so that a part of it may lie outside.
 *
 * @param size the side of the square in pixels
 */
public record Cutout(int size) implements PixelChange {
  private static final long serialVersionUID = 1L;

  /** The size for CIFAR-10. */
  public Cutout() {
    this(16);
  }

  public Cutout {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ": it must be positive");
    }
  }

  @Override
  public String type() {
    return "cutout";
  }

  @Override
  public void change(Pixels image, RandomStream random) {
    FeatureShape shape = image.shape();
    int top = random.nextInt(shape.height()) - size / 2;
    int left = random.nextInt(shape.width()) - size / 2;
    int bottom = Math.min(shape.height(), top + size);
    int right = Math.min(shape.width(), left + size);
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int y = Math.max(0, top); y < bottom; y++) {
        for (int x = Math.max(0, left); x < right; x++) {
          image.set(channel, y, x, image.neutral(channel));
        }
      }
    }
  }
}
