package org.sscspark.engine.lane;

import org.sscspark.network.FeatureShape;

/**
 * The windows of a pool: for each output position, row by row, the input positions of its window
 * that are not padding, row by row.
 *
 * @param first where each window starts in {@code positions}; one more than there are windows
 * @param positions relative to the plane
 * @param tile whether every position of the plane is in exactly one window
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
record Windows(int[] first, int[] positions, boolean tile) {
  static Windows of(LaneLayout in, FeatureShape out, int size, int stride, int padding) {
    int[] first = new int[out.height() * out.width() + 1];
    int[] positions =
        new int[Math.multiplyExact(out.height() * out.width(), Math.multiplyExact(size, size))];
    int window = 0;
    int next = 0;
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        first[window++] = next;
        for (int cell = 0; cell < size * size; cell++) {
          int row = y * stride - padding + cell / size;
          int column = x * stride - padding + cell % size;
          if (row >= 0 && row < in.shape().height() && column >= 0 && column < in.shape().width()) {
            positions[next++] = row * in.rowStride() + column * in.lanes();
          }
        }
      }
    }
    first[window] = next;
    boolean tile = stride == size && next == in.shape().height() * in.shape().width();
    return new Windows(first, positions, tile);
  }
}
