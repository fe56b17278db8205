package org.sscspark.data.augmentation;

import org.sscspark.network.FeatureShape;

/** A minibatch whose images can be mixed with each other. */
public interface Blend {
  /** The shape of one image. */
  FeatureShape shape();

  /**
   * Mixes every image with the one before it, the first with the last: inside the region, pixels
   * become {@code own} times the image plus {@code 1 - own} times the other. Targets follow by the
   * share of the image that stayed its own.
   */
  void with(Region region, double own);
}
