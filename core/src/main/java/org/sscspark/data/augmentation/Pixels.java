package org.sscspark.data.augmentation;

import org.sscspark.network.FeatureShape;

/**
 * An image that may be changed: unsigned bytes [channels, height, width] somewhere in an array. One
 * object looks at one image after the other.
 */
public final class Pixels {
  private final FeatureShape shape;
  private final byte[] neutral;
  private byte[] array;
  private int offset;

  /**
   * Looks at nothing yet.
   *
   * @param mean of each channel of the data set, the pixel value that says nothing
   */
  public Pixels(FeatureShape shape, double[] mean) {
    this.shape = shape;
    this.neutral = new byte[mean.length];
    for (int channel = 0; channel < mean.length; channel++) {
      neutral[channel] = (byte) Math.rint(mean[channel]);
    }
  }

  /** Looks at the image that begins at a place. */
  public void at(byte[] pixels, int first) {
    this.array = pixels;
    this.offset = first;
  }

  public FeatureShape shape() {
    return shape;
  }

  /** The pixel that normalisation makes (nearly) zero: the channel's mean. */
  public int neutral(int channel) {
    return neutral[channel] & 0xFF;
  }

  /** Returns a pixel, 0 to 255. */
  public int get(int channel, int y, int x) {
    return array[index(channel, y, x)] & 0xFF;
  }

  /** Sets a pixel; what is outside 0 to 255 is cut, what is between two values rounded. */
  public void set(int channel, int y, int x, double value) {
    array[index(channel, y, x)] = (byte) Math.max(0, Math.min(255, Math.round(value)));
  }

  private int index(int channel, int y, int x) {
    return offset + (channel * shape.height() + y) * shape.width() + x;
  }
}
