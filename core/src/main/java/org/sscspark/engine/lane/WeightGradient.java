package org.sscspark.engine.lane;

import java.util.Arrays;
import java.util.List;

/**
 * The gradient of a convolution's weights: for each weight the sum, over positions and examples, of
 * input times output gradient. Register blocks of filters x taps sum lane by lane in the order of
 * the positions, then the lanes of each sum are added. Threads share out blocks, so no bit depends
 * on them, nor on the sizes below.
 */
final class WeightGradient {
  /** Of the positions of one channel that a block adds at a time: shorter, and sums cost more. */
  private static final int TILE_BYTES = 4096;

  /** Sums that are complete after one tile: they are reduced while they are in L1. */
  private static final int VECTORS_OF_ONE_TILE = 128;

  /** Sums that many tiles add to: they stay in L2 beside the tile's values. */
  private static final int VECTORS_OF_TILES = 4096;

  final int[] from;
  final int[] to;
  final int positionsPerBlock;
  final int tile;
  final int blocks;

  /** Filters and taps of a block; a block's sums are [filter][tap][lane]. */
  final int[] filters;

  final int[] taps;

  /** Where each block's output channels start in {@link #channelOffsets}. */
  final int[] firstChannel;

  final int[] channelOffsets;

  /** Where each block's taps start in {@link #tapOffsets}. */
  final int[] firstTap;

  final int[] tapOffsets;

  /** The number of each block's first sum; one more than there are blocks. */
  final int[] firstSum;

  private final int lanes;

  /** Where each sum goes in the flat gradient vector. */
  private final int[] targets;

  WeightGradient(
      List<TapGroup> groups,
      LaneLayout out,
      int[] from,
      int[] to,
      int firstParameter,
      Arithmetic arithmetic) {
    this.from = from;
    this.to = to;
    this.positionsPerBlock = from.length / out.blocks();
    this.lanes = out.lanes();
    this.tile = TILE_BYTES / (4 * lanes);
    Growing filters = new Growing();
    Growing taps = new Growing();
    Growing firstSum = new Growing();
    Growing firstChannel = new Growing();
    Growing channelOffsets = new Growing();
    Growing firstTap = new Growing();
    Growing tapOffsets = new Growing();
    Growing targets = new Growing();
    for (TapGroup group : groups) {
      int length = group.offsets().length;
      int done = 0;
      for (int width : group.widths(arithmetic.filterBlocks())) {
        int channelsAt = channelOffsets.size();
        for (int f = 0; f < width; f++) {
          channelOffsets.add(group.channels()[done + f] * out.channelStride());
        }
        for (int tap = 0; tap < length; tap += taps.last()) {
          filters.add(width);
          taps.add(largest(arithmetic.tapBlocks(width), length - tap));
          firstSum.add(targets.size());
          firstChannel.add(channelsAt);
          firstTap.add(tapOffsets.size());
          for (int t = tap; t < tap + taps.last(); t++) {
            tapOffsets.add(group.offsets()[t]);
          }
          for (int f = 0; f < width; f++) {
            for (int t = tap; t < tap + taps.last(); t++) {
              targets.add(firstParameter + group.weights()[(done + f) * length + t]);
            }
          }
        }
        done += width;
      }
    }
    firstSum.add(targets.size());
    this.blocks = filters.size();
    this.filters = filters.toArray();
    this.taps = taps.toArray();
    this.firstSum = firstSum.toArray();
    this.firstChannel = firstChannel.toArray();
    this.channelOffsets = channelOffsets.toArray();
    this.firstTap = firstTap.toArray();
    this.tapOffsets = tapOffsets.toArray();
    this.targets = targets.toArray();
  }

  private static int largest(int[] sizes, int most) {
    return Arrays.stream(sizes).filter(size -> size <= most).findFirst().orElseThrow();
  }

  /** The floats of {@code sums}. */
  static int sumsLength(int lanes) {
    return LaneLayout.FIRST + VECTORS_OF_TILES * lanes;
  }

  /** Computes the gradients of the blocks [firstBlock, lastBlock) over these positions. */
  void run(
      Arithmetic arithmetic,
      float[] in,
      float[] outGradient,
      float[] sums,
      float[] gradients,
      int firstBlock,
      int lastBlock,
      int positions) {
    int most = positions <= tile ? VECTORS_OF_ONE_TILE : VECTORS_OF_TILES;
    int next;
    for (int block = firstBlock; block < lastBlock; block = next) {
      next = block + 1;
      while (next < lastBlock && firstSum[next + 1] - firstSum[block] <= most) {
        next++;
      }
      for (int first = 0; first < positions; first += tile) {
        int last = Math.min(first + tile, positions);
        arithmetic.weightSums(this, in, outGradient, sums, block, next, first, last);
      }
      int length = firstSum[next] - firstSum[block];
      for (int i = 0; i < length; i++) {
        float sum = LaneSums.of(sums, LaneLayout.FIRST + i * lanes, lanes);
        gradients[targets[firstSum[block] + i]] = sum;
      }
    }
  }

  /** An int list without boxes. */
  private static final class Growing {
    private int[] values = new int[64];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    int size() {
      return size;
    }

    int last() {
      return values[size - 1];
    }

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
