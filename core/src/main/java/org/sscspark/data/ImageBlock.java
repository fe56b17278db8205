package org.sscspark.data;

import org.sscspark.network.FeatureShape;

/**
 * Decoded images with their labels, in stored order. The arrays are shared: nobody may write to
 * them.
 *
 * @param shape the shape of one image
 * @param pixels unsigned bytes [examples, channels, height, width]
 * @param ids the identity of each example in its data set
 * @param labels the class of each example
 */
@SuppressWarnings("ArrayRecordComponent") // The bulk of a data set, read by index and never copied.
public record ImageBlock(FeatureShape shape, byte[] pixels, long[] ids, int[] labels)
    implements ExampleBlock {
  public ImageBlock {
    if (ids.length != labels.length || pixels.length != (long) ids.length * shape.size()) {
      throw new IllegalArgumentException(
          "A block of %s ids, %s labels and %s bytes cannot hold images of shape %s"
              .formatted(ids.length, labels.length, pixels.length, shape));
    }
  }

  /** The number of examples. */
  public int examples() {
    return ids.length;
  }
}
