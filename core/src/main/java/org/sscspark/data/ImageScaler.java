package org.sscspark.data;

import java.util.Arrays;
import org.sscspark.network.FeatureShape;

/**
 * Scales images to one shape: first each row, rounded to eight bits, then its share of the rows
 * that it becomes. Buffers are as large as that shape and a row of the image. For one thread.
 */
final class ImageScaler {
  private static final int HALF = 1 << (TriangleWeights.BITS - 1);

  private final FeatureShape shape;
  private final int[] row;
  private final int[] sums;
  private int[] rgb = {};

  /** Makes images of a shape [3, height, width]. */
  ImageScaler(FeatureShape shape) {
    this.shape = shape;
    this.row = new int[3 * shape.width()];
    this.sums = new int[shape.size()];
  }

  /**
   * Scales an image.
   *
   * @param down weights of rows, as many as the shape has
   * @param right weights of columns, as many as the shape has
   */
  DecodedImage scale(PixelRows image, TriangleWeights down, TriangleWeights right) {
    if (rgb.length < image.width()) {
      rgb = new int[image.width()];
    }
    Arrays.fill(sums, HALF);
    int last = down.count() - 1;
    int target = 0;
    for (int y = down.first(0); y < down.end(last); y++) {
      image.read(y, rgb);
      scaleRow(right);
      while (down.end(target) <= y) {
        target++;
      }
      for (int scaled = target; scaled <= last && down.first(scaled) <= y; scaled++) {
        add(scaled, down.weights()[down.place(scaled) + y - down.first(scaled)]);
      }
    }
    byte[] pixels = new byte[sums.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.min(255, sums[i] >> TriangleWeights.BITS);
    }
    return new DecodedImage(shape, pixels);
  }

  /** Weights are not negative and 255 times their sum fits, so red and blue share a long. */
  private void scaleRow(TriangleWeights right) {
    int width = shape.width();
    int[] weights = right.weights();
    for (int x = 0; x < width; x++) {
      long redBlue = (long) HALF << Integer.SIZE | HALF;
      int green = HALF;
      int place = right.place(x);
      int end = right.end(x);
      for (int at = right.first(x); at < end; at++) {
        int pixel = rgb[at];
        int weight = weights[place++];
        redBlue += (((long) pixel & 0xFF0000) << 16 | pixel & 0xFF) * weight;
        green += (pixel >> 8 & 0xFF) * weight;
      }
      row[x] = Math.min(255, (int) (redBlue >> Integer.SIZE) >> TriangleWeights.BITS);
      row[width + x] = Math.min(255, green >> TriangleWeights.BITS);
      row[2 * width + x] = Math.min(255, (int) redBlue >> TriangleWeights.BITS);
    }
  }

  private void add(int scaled, int weight) {
    int width = shape.width();
    for (int channel = 0; channel < 3; channel++) {
      int to = (channel * shape.height() + scaled) * width;
      int from = channel * width;
      for (int x = 0; x < width; x++) {
        sums[to + x] += weight * row[from + x];
      }
    }
  }
}
