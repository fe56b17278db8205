package org.sscspark.engine;

import org.sscspark.network.FeatureShape;

/**
 * Where an engine wants the pixels of a minibatch: value (image n, channel c, row y, column x) is
 * at
 *
 * <pre>origin + (n / lanes) * blockStride + n % lanes
 *     + c * channelStride + y * rowStride + x * pixelStride</pre>
 *
 * so that a plain [N, C, H, W] array is the case of one lane.
 *
 * @param shape the shape of one image
 * @param capacity the images that a buffer holds
 * @param length the floats of a buffer
 */
public record InputLayout(
    FeatureShape shape,
    int capacity,
    int lanes,
    int origin,
    int blockStride,
    int channelStride,
    int rowStride,
    int pixelStride,
    int length) {

  /** The layout [N, C, H, W]. */
  public static InputLayout nchw(FeatureShape shape, int capacity) {
    int plane = shape.height() * shape.width();
    return new InputLayout(
        shape,
        capacity,
        1,
        0,
        shape.size(),
        plane,
        shape.width(),
        1,
        Math.multiplyExact(capacity, shape.size()));
  }

  /** The index of the first pixel of an image's channel. */
  public int plane(int image, int channel) {
    return origin + image / lanes * blockStride + image % lanes + channel * channelStride;
  }

  /**
   * Lays out images; the places of other images keep what they hold.
   *
   * @param images [count, channels, height, width]
   * @param input a buffer of this layout
   */
  public void fill(float[] images, int count, float[] input) {
    int next = 0;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < shape.channels(); c++) {
        int row = plane(n, c);
        for (int y = 0; y < shape.height(); y++, row += rowStride) {
          for (int x = 0; x < shape.width(); x++) {
            input[row + x * pixelStride] = images[next++];
          }
        }
      }
    }
  }
}
