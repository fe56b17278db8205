package org.sscspark.spark.bench;

import org.sscspark.network.FeatureShape;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** A minibatch of noise, the same for every subject. */
final class Minibatches {
  private Minibatches() {}

  /** Images [count, channels, height, width]. */
  static float[] images(FeatureShape shape, int count) {
    RandomStream random = RandomStream.of(0, Purpose.SYNTHETIC_IMAGE);
    float[] images = new float[count * shape.size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  /** Labels. */
  static int[] labels(int count, int classes) {
    int[] labels = new int[count];
    for (int n = 0; n < count; n++) {
      labels[n] = n % classes;
    }
    return labels;
  }
}
