package org.sscspark.engine.lane;

import org.sscspark.engine.InputLayout;
import org.sscspark.engine.plan.FeatureLayout;
import org.sscspark.network.FeatureShape;

/**
 * Features as [blocks][channels][height + 2 halo][width + 2 halo][lanes]: example n is lane {@code
 * n % lanes} of block {@code n / lanes}. The halo stays zero.
 *
 * <p>A <em>window</em> holds some rows of each channel, of one block. It slides: row r of a channel
 * lies where row r - window of the next channel was, so all rows have places, and those in use are
 * few and stay in the cache.
 *
 * @param halo rows and columns of zeros on every side
 * @param blocks the blocks of {@code lanes} examples that a buffer holds, at once or in turn
 * @param window rows of each channel that are kept at a time; 0 for all, of all blocks
 */
record LaneLayout(FeatureShape shape, int halo, int lanes, int blocks, int window)
    implements FeatureLayout {
  /**
   * Where a buffer's first value is. An array's elements start 16 bytes into the object, so this
   * places values at multiples of 64 bytes wherever the object itself is at one: with {@code
   * -XX:ObjectAlignmentInBytes=64}, and always in arrays so large that G1 gives them own regions.
   */
  static final int FIRST = 12;

  /** All rows of all blocks. */
  LaneLayout(FeatureShape shape, int halo, int lanes, int blocks) {
    this(shape, halo, lanes, blocks, 0);
  }

  /** So many rows at a time of the same features. */
  LaneLayout window(int rows) {
    return new LaneLayout(shape, halo, lanes, blocks, rows);
  }

  /** One channel of one block. */
  LaneLayout onePlane() {
    return new LaneLayout(new FeatureShape(1, shape.height(), shape.width()), halo, lanes, 1);
  }

  /** Images up to this width skip the columns of zeros at their sides, not only the rows. */
  private static final int NARROW = 4;

  /** Whether columns of zeros are skipped. */
  boolean isNarrow() {
    return shape.width() <= NARROW;
  }

  @Override
  public int columnStride() {
    return lanes;
  }

  @Override
  public int channelStride() {
    return (window == 0 ? shape.height() + 2 * halo : window) * rowStride();
  }

  /** Floats from a block to the next. */
  int blockStride() {
    return window == 0 ? shape.channels() * channelStride() : 0;
  }

  /** The floats of a buffer. */
  int length() {
    int floats =
        window == 0
            ? Math.multiplyExact(blocks, blockStride())
            : Math.multiplyExact(
                (shape.channels() - 1) * window + shape.height() + 2 * halo, rowStride());
    return Math.addExact(FIRST, floats);
  }

  /** Rows come in twos, and there are two at least: sums over planes take positions in pairs. */
  static int inTwos(int rows) {
    return Math.max(2, rows / 2 * 2);
  }

  /** The ints of a buffer that keeps two positions in one. */
  int pairsLength() {
    int pairs = Math.multiplyExact(Math.multiplyExact(blocks, shape.channels()), pairsOfPlane());
    return Math.addExact(FIRST, Math.multiplyExact(pairs, lanes));
  }

  private int pairsOfPlane() {
    return (shape.height() * shape.width() + 1) / 2;
  }

  /** Where in such a buffer the plane of a slice starts. */
  int pairs(LaneSlice slice) {
    return FIRST + (slice.block * shape.channels() + slice.channel) * pairsOfPlane() * lanes;
  }

  @Override
  public int origin() {
    return FIRST + halo * rowStride() + halo * lanes;
  }

  /** The index of a channel's row 0, column 0, lane 0. */
  int plane(int block, int channel) {
    return origin() + block * blockStride() + channel * channelStride();
  }

  /** The index of row 0, column 0, lane 0 of a slice's channel. */
  int plane(LaneSlice slice) {
    return plane(slice.block, slice.channel);
  }

  /** The positions of one channel, relative to {@link #plane}, row by row. */
  int[] positionsOfPlane() {
    int[] positions = new int[shape.height() * shape.width()];
    int next = 0;
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        positions[next++] = y * rowStride() + x * lanes;
      }
    }
    return positions;
  }

  @Override
  public int[] positions(int firstRow, int rows, int firstColumn, int columns, int step) {
    int[] positions = new int[Math.multiplyExact(blocks, Math.multiplyExact(rows, columns))];
    int next = 0;
    for (int block = 0; block < blocks; block++) {
      for (int i = 0; i < rows; i++) {
        int row = plane(block, 0) + (firstRow + i * step) * rowStride();
        for (int j = 0; j < columns; j++) {
          positions[next++] = row + (firstColumn + j * step) * lanes;
        }
      }
    }
    return positions;
  }

  /** Whether positions lie side by side in fours: loops then need one address for four. */
  static boolean inFours(int[] positions, int lanes) {
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] != positions[i / 4 * 4] + i % 4 * lanes) {
        return false;
      }
    }
    return positions.length % 4 == 0;
  }

  /** This layout as callers see it. */
  InputLayout inputLayout(int capacity) {
    return new InputLayout(
        shape,
        capacity,
        lanes,
        origin(),
        blockStride(),
        channelStride(),
        rowStride(),
        lanes,
        length());
  }
}
