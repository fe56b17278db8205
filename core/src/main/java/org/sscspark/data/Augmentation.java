package org.sscspark.data;

import java.io.Serializable;
import org.sscspark.engine.ImageCrop;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * Random changes of training images: the image is framed with {@code cropPadding} black pixels
 * (zero before normalisation) on each side, a window of its own size is cut out at a random place,
 * and the window is mirrored with probability one half. What happens to an example depends on
 * (seed, epoch, id) only.
 */
public record Augmentation(int cropPadding, Flip flip) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Mirroring. */
  public enum Flip {
    NONE,
    HORIZONTAL
  }

  public Augmentation {
    if (cropPadding < 0 || cropPadding > 255) {
      throw new IllegalArgumentException("Crop padding must be in [0, 255], was " + cropPadding);
    }
  }

  /** Returns the augmentation that changes nothing. */
  public static Augmentation none() {
    return new Augmentation(0, Flip.NONE);
  }

  /** Returns random crops with padding, and random horizontal flips. */
  public static Augmentation cropAndFlip(int cropPadding) {
    return new Augmentation(cropPadding, Flip.HORIZONTAL);
  }

  /** Which part of an image an example's random bits choose. */
  ImageCrop crop(int image, long draw) {
    return new ImageCrop(image, down(draw), right(draw), mirrored(draw));
  }

  /** The random bits that decide about one example. */
  static long draw(long seed, long epoch, long id) {
    return RandomStream.key(seed, Purpose.AUGMENTATION, epoch, id);
  }

  /** How far down the window moves, in [-cropPadding, cropPadding]. */
  int down(long draw) {
    return place(draw >>> 44);
  }

  /** How far to the right the window moves, in [-cropPadding, cropPadding]. */
  int right(long draw) {
    return place(draw >>> 24 & 0xFFFFF);
  }

  boolean mirrored(long draw) {
    return flip == Flip.HORIZONTAL && (draw & 1) == 1;
  }

  /** Maps 20 random bits to a place; the bias is below 1e-3 for the largest padding. */
  private int place(long bits) {
    return (int) (bits * (2 * cropPadding + 1) >>> 20) - cropPadding;
  }
}
