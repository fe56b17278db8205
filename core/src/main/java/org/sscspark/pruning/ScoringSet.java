package org.sscspark.pruning;

import java.util.Arrays;
import org.sscspark.network.FeatureShape;

/**
 * Examples that scores see, in the order in which they are cut into chunks. A chunk is one forward
 * pass, so its size matters where batch norm uses the chunk's statistics. The arrays are shared,
 * not copied.
 *
 * @param images normalised pixels [examples, channels, height, width]
 * @param labels the class of each example
 * @param chunk the examples of a chunk; the last chunk may be smaller
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only; images are large.
public record ScoringSet(FeatureShape shape, float[] images, int[] labels, int chunk) {
  public ScoringSet {
    if (labels.length == 0 || chunk < 1) {
      throw new IllegalArgumentException(
          "Scoring needs examples and a positive chunk, had "
              + labels.length
              + " examples and chunk "
              + chunk);
    }
    if (images.length != labels.length * shape.size()) {
      throw new IllegalArgumentException(
          labels.length + " images of " + shape + " do not fill " + images.length + " values");
    }
  }

  public int examples() {
    return labels.length;
  }

  /** The number of chunks. */
  public int chunks() {
    return (labels.length + chunk - 1) / chunk;
  }

  /** The first example of a chunk. */
  public int start(int index) {
    return index * chunk;
  }

  /** The examples of a chunk. */
  public int count(int index) {
    return Math.min(chunk, labels.length - start(index));
  }

  /** The images of a chunk [count, channels, height, width], in double precision. */
  double[] images(int index) {
    int size = shape.size();
    double[] values = new double[count(index) * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = images[start(index) * size + i];
    }
    return values;
  }

  /** The classes of a chunk's examples. */
  int[] labels(int index) {
    return Arrays.copyOfRange(labels, start(index), start(index) + count(index));
  }
}
