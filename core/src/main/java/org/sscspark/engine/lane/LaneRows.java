package org.sscspark.engine.lane;

import java.util.Arrays;

/**
 * The rows that a layer reads, from the first to the last, of one block of examples after another.
 * They are computed just before they are read: into a window, which forgets them, or into a buffer,
 * which keeps them for others.
 */
final class LaneRows {
  /** Computes a slice of rows. */
  @FunctionalInterface
  interface Producer {
    void produce(LaneSlice slice, LaneBuffer target);
  }

  private final LaneBuffer buffer;
  private final LaneSlice slice;
  private final Producer producer;

  private int block;

  /** The first row that has not been computed. */
  private int next;

  /** Rows that are in the buffer already. */
  static LaneRows stored(LaneBuffer buffer) {
    return new LaneRows(buffer, null, null);
  }

  /**
   * Rows that are computed.
   *
   * @param buffer a window or a buffer for all rows
   */
  LaneRows(LaneBuffer buffer, LaneSlice slice, Producer producer) {
    this.buffer = buffer;
    this.slice = slice;
    this.producer = producer;
  }

  LaneBuffer buffer() {
    return buffer;
  }

  /**
   * Turns to the first row of a block of examples.
   *
   * @param above how many rows of zeros above it may be read
   */
  void start(int firstBlock, int above) {
    block = firstBlock;
    next = 0;
    clear(-Math.min(above, buffer.layout.halo()), 0);
  }

  /** Computes all rows up to here, in twos; below the image they are zeros. */
  void need(int end) {
    int height = buffer.layout.shape().height();
    int last = Math.min(LaneLayout.inTwos(end + 1), height);
    if (producer != null && next < last) {
      int width = buffer.layout.shape().width();
      for (int c = 0; c < buffer.channels(); c++) {
        producer.produce(slice.set(block, c, next * width, last * width), buffer);
      }
    }
    next = Math.max(next, last);
    clear(height, Math.min(end, height + buffer.layout.halo()));
  }

  /** A window's rows of zeros were rows of other channels; a buffer's halo is always zero. */
  private void clear(int first, int end) {
    LaneLayout layout = buffer.layout;
    if (layout.window() == 0) {
      return;
    }
    for (int c = 0; c < buffer.channels(); c++) {
      for (int row = first; row < end; row++) {
        int at = layout.plane(0, c) + row * layout.rowStride();
        Arrays.fill(buffer.floats, at, at + layout.shape().width() * layout.lanes(), 0);
      }
    }
  }
}
