package org.sscspark.engine.lane;

import java.util.Arrays;
import java.util.List;

/**
 * The gradient of a convolution's weights: for each weight the sum, over positions and examples, of
 * input times output gradient. Register blocks of filters x taps add lane by lane into {@code sums}
 * in the order of the positions; {@link #run} adds the lanes at the end. Threads share out blocks,
 * so no bit depends on them.
 */
final class WeightGradient {
  /** Positions that a block adds at a time: what a block reads of them stays in the L1 cache. */
  private static final int TILE_BYTES = 4096;

  final int[] from;
  final int[] to;
  final int positionsPerBlock;
  final int tile;
  final int blocks;

  /** Filters and taps of a block; a block's sums are [filter][tap][lane]. */
  final int[] filters;

  final int[] firstSum;

  /** Where each block's output channels start in {@link #channelOffsets}. */
  final int[] firstChannel;

  final int[] channelOffsets;

  /** Where each block's taps start in {@link #tapOffsets}. */
  final int[] firstTap;

  final int[] tapOffsets;
  private final int lanes;

  /** Where each sum goes in the flat gradient vector; -1 for a tap that only fills a block. */
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
    this.lanes = out.lanes();
    this.positionsPerBlock = from.length / out.blocks();
    this.tile = TILE_BYTES / (4 * lanes);
    int[] widths = arithmetic.filterBlocks();
    Growing filters = new Growing();
    Growing firstSum = new Growing();
    Growing firstChannel = new Growing();
    Growing channelOffsets = new Growing();
    Growing firstTap = new Growing();
    Growing tapOffsets = new Growing();
    Growing targets = new Growing();
    for (TapGroup group : groups) {
      int taps = group.offsets().length;
      int done = 0;
      while (done < group.channels().length && taps > 0) {
        int left = group.channels().length - done;
        int width = Arrays.stream(widths).filter(w -> w <= left).findFirst().orElseThrow();
        int depth = arithmetic.tapBlock(width);
        int channelsAt = channelOffsets.size();
        for (int f = 0; f < width; f++) {
          channelOffsets.add(group.channels()[done + f] * out.channelStride());
        }
        for (int tap = 0; tap < taps; tap += depth) {
          filters.add(width);
          firstSum.add(targets.size() * lanes);
          firstChannel.add(channelsAt);
          firstTap.add(tapOffsets.size());
          for (int t = tap; t < tap + depth; t++) {
            tapOffsets.add(group.offsets()[Math.min(t, taps - 1)]);
          }
          for (int f = 0; f < width; f++) {
            for (int t = tap; t < tap + depth; t++) {
              targets.add(t < taps ? firstParameter + group.weights()[(done + f) * taps + t] : -1);
            }
          }
        }
        done += width;
      }
    }
    this.blocks = filters.size();
    this.filters = filters.toArray();
    this.firstSum = firstSum.toArray();
    this.firstChannel = firstChannel.toArray();
    this.channelOffsets = channelOffsets.toArray();
    this.firstTap = firstTap.toArray();
    this.tapOffsets = tapOffsets.toArray();
    this.targets = targets.toArray();
  }

  /** The floats of {@code sums}. */
  int sumsLength() {
    return Math.multiplyExact(targets.length, lanes);
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
    if (firstBlock == lastBlock) {
      return;
    }
    int end = lastBlock == blocks ? sumsLength() : firstSum[lastBlock];
    Arrays.fill(sums, firstSum[firstBlock], end, 0);
    for (int first = 0; first < positions; first += tile) {
      int last = Math.min(first + tile, positions);
      arithmetic.weightSums(this, in, outGradient, sums, firstBlock, lastBlock, first, last);
    }
    for (int i = firstSum[firstBlock] / lanes; i < end / lanes; i++) {
      if (targets[i] >= 0) {
        gradients[targets[i]] = LaneSums.of(sums, i * lanes, lanes);
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

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
