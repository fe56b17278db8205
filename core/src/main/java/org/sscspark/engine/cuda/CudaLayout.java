package org.sscspark.engine.cuda;

import org.sscspark.engine.plan.FeatureLayout;
import org.sscspark.network.FeatureShape;

/**
 * Features as [channels][height + 2 halo][width + 2 halo][images]. The halo stays zero.
 *
 * @param halo rows and columns of zeros on every side
 * @param images a multiple of 32; places without an image hold anything finite
 */
record CudaLayout(FeatureShape shape, int halo, int images) implements FeatureLayout {
  @Override
  public int columnStride() {
    return images;
  }

  /** The floats of a buffer. */
  int length() {
    return Math.multiplyExact(shape.channels(), channelStride());
  }

  @Override
  public int origin() {
    return halo * (rowStride() + images);
  }

  /** The number of positions of a channel. */
  int positions() {
    return shape.height() * shape.width();
  }

  @Override
  public int[] positions(int firstRow, int rows, int firstColumn, int columns, int step) {
    int[] indices = new int[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < indices.length; i++) {
      int row = firstRow + i / columns * step;
      int column = firstColumn + i % columns * step;
      indices[i] = origin() + row * rowStride() + column * images;
    }
    return indices;
  }

  /** The kernels' structure Plane. */
  int[] plane() {
    return new int[] {positions(), shape.width(), rowStride(), channelStride(), images};
  }
}
