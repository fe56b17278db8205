package org.sscspark.engine.cuda;

import org.sscspark.config.BadInputException;
import org.sscspark.engine.TapGroup;
import org.sscspark.network.FeatureShape;

/**
 * Features as [channels][height + 2 border][width + 2 border][images]. The border stays zero.
 *
 * @param border rows and columns of zeros on every side
 * @param images a multiple of 32; places without an image hold anything finite
 */
record Layout(FeatureShape shape, int border, int images) {
  /** The kernels' indices are ints. */
  Layout {
    long floats =
        (long) shape.channels()
            * (shape.height() + 2L * border)
            * Math.multiplyExact(shape.width() + 2L * border, (long) images);
    if (floats > Integer.MAX_VALUE) {
      throw new BadInputException(
          "Features of shape %s for %d images take %d floats, more than the CUDA engine can"
                  .formatted(shape, images, floats)
              + " number; lower train.batch");
    }
  }

  /** Floats from a row to the next. */
  int rowStride() {
    return (shape.width() + 2 * border) * images;
  }

  /** Floats from a channel to the next. */
  int channelStride() {
    return (shape.height() + 2 * border) * rowStride();
  }

  /** The floats of a buffer. */
  int length() {
    return shape.channels() * channelStride();
  }

  /** The index of channel 0, row 0, column 0, image 0. */
  int origin() {
    return border * (rowStride() + images);
  }

  /** The number of positions of a channel. */
  int positions() {
    return shape.height() * shape.width();
  }

  /** The index of a place of image 0; rows and columns may lie in the border. */
  int index(int channel, int row, int column) {
    return origin() + channel * channelStride() + row * rowStride() + column * images;
  }

  /**
   * The indices of (firstRow + i * step, firstColumn + j * step) of channel 0, row by row. Rows and
   * columns may lie in the border.
   */
  int[] indices(int firstRow, int rows, int firstColumn, int columns, int step) {
    int[] indices = new int[rows * columns];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = index(0, firstRow + i / columns * step, firstColumn + i % columns * step);
    }
    return indices;
  }

  /** Where the taps of a layer find channels, rows and columns. */
  TapGroup.Strides strides() {
    return new TapGroup.Strides(channel -> channel * channelStride(), rowStride(), images);
  }

  /** The kernels' structure Plane. */
  int[] plane() {
    return new int[] {positions(), shape.width(), rowStride(), channelStride(), images};
  }
}
