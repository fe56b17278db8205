package org.sscspark.data.augmentation;

import org.sscspark.random.RandomStream;

/** Changes the pixels of one image after it was cropped and mirrored, before it is normalised. */
public non-sealed interface PixelChange extends ImageChange {
  /**
   * Changes an image in place, without allocating.
   *
   * @param random the example's stream
   */
  void change(Pixels image, RandomStream random);
}
