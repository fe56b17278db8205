package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient of a convolution's weights: for each weight the sum, over positions and examples, of
 * input times output gradient. Register blocks of filters x taps sum lane by lane in the order of
 * the positions, then the lanes of each sum are added. Threads share out blocks, so no bit depends
 * on them, nor on the sizes below.
 */
final class WeightGradient {
  /** Filters of a block: as many channels of a tile stay in the L1 cache, all taps along. */
  private static final int[] FILTER_BLOCKS = {4, 2, 1};

  /** Of the positions of one channel that a block adds at a time: shorter, and sums cost more. */
  private static final int TILE_BYTES = 8192;

  /** Sums that are complete after one tile: they are reduced while they are in L1. */
  private static final int VECTORS_OF_ONE_TILE = 128;

  /** Sums that many tiles add to: they stay in L2 beside the tile's values. */
  private static final int VECTORS_OF_TILES = 4096;

  /**
   * Tables of the positions in the input and in the output, block of examples by block of examples:
   * those at which some taps lie in the image.
   */
  final int[][] from;

  final int[][] to;
  final int tile;
  final int blocks;

  /** The table of each block. */
  final int[] table;

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

  private final LaneLayout out;

  /** Where each sum goes in the flat gradient vector. */
  private final int[] targets;

  WeightGradient(
      List<TapGroup> groups,
      LaneLayout in,
      LaneLayout out,
      int[] from,
      int[] to,
      int firstParameter,
      Arithmetic arithmetic) {
    this.out = out;
    this.tile = TILE_BYTES / (4 * out.lanes());
    Coverage coverage = new Coverage(in, from, groups, true, TapGroup.narrow(in));
    Tables tables = new Tables(coverage, from, to, TapGroup.narrow(in));
    Growing table = new Growing();
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
      for (int width : group.widths(FILTER_BLOCKS)) {
        int channelsAt = channelOffsets.size();
        for (int f = 0; f < width; f++) {
          channelOffsets.add(group.channels()[done + f] * out.channelStride());
        }
        int tap = 0;
        for (Part part : tables.parts(group, width, arithmetic)) {
          for (; tap < part.end; tap += taps.last()) {
            table.add(part.table);
            filters.add(width);
            taps.add(largest(arithmetic.tapBlocks(width), part.end - tap));
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
        }
        done += width;
      }
    }
    firstSum.add(targets.size());
    this.from = tables.from.toArray(int[][]::new);
    this.to = tables.to.toArray(int[][]::new);
    this.blocks = filters.size();
    this.table = table.toArray();
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

  /** Computes the gradients of the blocks [firstBlock, lastBlock) over these blocks of examples. */
  void run(
      Arithmetic arithmetic,
      float[] in,
      float[] outGradient,
      float[] sums,
      float[] gradients,
      int firstBlock,
      int lastBlock,
      int examples) {
    int next;
    for (int block = firstBlock; block < lastBlock; block = next) {
      int positions = from[table[block]].length / out.blocks() * examples;
      int most = positions <= tile ? VECTORS_OF_ONE_TILE : VECTORS_OF_TILES;
      next = block + 1;
      while (next < lastBlock
          && table[next] == table[block]
          && firstSum[next + 1] - firstSum[block] <= most) {
        next++;
      }
      // Once at least: where no tap lies in the image, the sums are zero.
      int first = 0;
      do {
        int last = Math.min(first + tile, positions);
        arithmetic.weightSums(this, in, outGradient, sums, block, next, first, last);
        first = last;
      } while (first < positions);
      int length = firstSum[next] - firstSum[block];
      arithmetic.sumLanes(sums, LaneLayout.FIRST, length);
      for (int i = 0; i < length; i++) {
        gradients[targets[firstSum[block] + i]] = sums[LaneLayout.FIRST + i];
      }
    }
  }

  /** Taps of a group, up to {@code end}, that use one table of positions. */
  private record Part(int end, int table) {}

  /** The tables of positions, made as they are asked for. */
  private static final class Tables {
    private final List<int[]> from = new ArrayList<>();
    private final List<int[]> to = new ArrayList<>();
    private final Map<List<Integer>, Integer> tableOf = new HashMap<>();
    private final Coverage coverage;
    private final boolean narrow;

    /** The first table has all positions. */
    Tables(Coverage coverage, int[] from, int[] to, boolean narrow) {
      this.coverage = coverage;
      this.narrow = narrow;
      this.from.add(from);
      this.to.add(to);
    }

    /**
     * Taps by where they lie in the image, or all in one part where that costs less: parts leave
     * out what is zero, but their blocks are smaller.
     */
    List<Part> parts(TapGroup group, int filters, Arithmetic arithmetic) {
      int taps = group.offsets().length;
      List<Part> parts = new ArrayList<>();
      double cost = 0;
      for (int first = 0, t = 1; t <= taps; t++) {
        if (t == taps || table(group, t) != table(group, first)) {
          Part part = new Part(t, table(group, first));
          parts.add(part);
          cost +=
              loads(filters, t - first, arithmetic)
                  * from.get(part.table).length
                  / from.get(0).length;
          first = t;
        }
      }
      return cost < loads(filters, taps, arithmetic) ? parts : List.of(new Part(taps, 0));
    }

    private int table(TapGroup group, int tap) {
      int row = group.rows()[tap];
      int column = group.columns()[tap];
      return tableOf.computeIfAbsent(
          List.of(row, narrow ? column : 0),
          place -> {
            to.add(coverage.covered(to.get(0), row, column));
            from.add(coverage.covered(from.get(0), row, column));
            return from.size() - 1;
          });
    }

    /** Vectors that blocks of these taps load or multiply at a position, the larger of the two. */
    private static double loads(int filters, int taps, Arithmetic arithmetic) {
      double loads = 0;
      for (int left = taps; left > 0; ) {
        int block = largest(arithmetic.tapBlocks(filters), left);
        loads += Math.max(filters * block, filters + block);
        left -= block;
      }
      return loads;
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
