package org.sscspark.data.augmentation;

import org.sscspark.random.RandomStream;

/** Chooses the part of a stored image, of whatever size, that is scaled to the network's input. */
public non-sealed interface RegionChoice extends ImageChange {
  /**
   * Chooses a part.
   *
   * @param height of the upright image
   * @param width of the upright image
   * @param random the example's stream
   */
  Region region(int height, int width, RandomStream random);
}
