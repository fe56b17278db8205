package org.sscspark.engine;

import java.util.List;
import org.sscspark.network.FeatureShape;

/**
 * A training set's images and labels, kept where a replica computes, so that a step of {@link
 * ResidentTraining} says only which of them it takes. They stay until the replica is closed.
 */
public interface ResidentImages {
  /** The shape of one image. */
  FeatureShape shape();

  /**
   * Keeps some of the images; each has to be kept before a step takes it.
   *
   * @param first the place of the first of them
   * @param pixels unsigned bytes [images, channels, height, width]
   * @param labels the class of each
   */
  void keep(int first, byte[] pixels, int[] labels);

  /**
   * Takes a step of the current round, as {@link ResidentTraining#step} does, on images that are
   * kept. The network's input has the bits that the host would have made of the same pixels.
   *
   * @param crops the images of the minibatch, in order
   */
  void step(List<ImageCrop> crops, ParameterUpdate update);
}
