package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * Vectors of examples: register blocks of filters x taps sum lane by lane in the order of the
 * positions, then the lanes of each sum are added. No bit depends on the sizes below.
 */
final class LaneSumGradient implements LaneWeightGradient {
  /** Filters of a block: as many channels of a tile stay in the L1 cache, all taps along. */
  private static final int[] FILTER_BLOCKS = {4, 2, 1};

  /** Sums that are complete after one tile: they are reduced while they are in L1. */
  private static final int VECTORS_OF_ONE_TILE = 128;

  /** Sums that many tiles add to: they stay in L1 or L2 beside the tile's values. */
  private static final int VECTORS_OF_TILES = 768;

  /** The same for inputs so large that they come from memory for each such set of sums. */
  private static final int VECTORS_OF_LARGE_INPUTS = 4096;

  /** Filters and taps of a group that one register block sums. */
  private record Block(int table, int firstFilter, int filters, int firstTap, int taps) {}

  /**
   * Tables of the positions in the input and in the output, block of examples by block of examples:
   * those at which some taps lie in the image.
   */
  final int[][] from;

  final int[][] to;
  final int tile;
  private final int blocks;

  /** Of each table, how many of a block's positions lie in the rows before each, and in all. */
  private final int[][] before;

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

  final LaneBuffer in;
  final LaneBuffer outGradient;
  private final int vectorsOfTiles;

  /** Where each sum goes in the flat gradient vector. */
  private final int[] targets;

  LaneSumGradient(
      LaneWorkspace workspace,
      LayerPlan.Sums sums,
      List<TapGroup> groups,
      LaneBuffer in,
      LaneBuffer outGradient) {
    this.in = in;
    this.outGradient = outGradient;
    LaneLayout layout = in.layout;
    CacheSizes caches = workspace.caches;
    this.vectorsOfTiles =
        (long) Float.BYTES * layout.length() > caches.largeInput()
            ? VECTORS_OF_LARGE_INPUTS
            : VECTORS_OF_TILES;
    this.tile = Math.max(1, caches.gradientTile() / (Float.BYTES * layout.lanes()));
    Coverage coverage =
        new Coverage(layout, sums.from(), groups, /* skipsRows= */ true, layout.isNarrow());
    TapTables tables = new TapTables(coverage, sums.from(), sums.to(), layout.isNarrow());
    IntList table = new IntList();
    IntList filters = new IntList();
    IntList taps = new IntList();
    IntList firstSum = new IntList();
    IntList firstChannel = new IntList();
    IntList channelOffsets = new IntList();
    IntList firstTap = new IntList();
    IntList tapOffsets = new IntList();
    IntList targets = new IntList();
    for (TapGroup group : groups) {
      int length = group.offsets().length;
      for (Block block : blocks(group, tables, workspace.arithmetic)) {
        table.add(block.table);
        filters.add(block.filters);
        taps.add(block.taps);
        firstSum.add(targets.size());
        firstChannel.add(channelOffsets.size());
        firstTap.add(tapOffsets.size());
        for (int t = block.firstTap; t < block.firstTap + block.taps; t++) {
          tapOffsets.add(group.offsets()[t]);
        }
        for (int f = block.firstFilter; f < block.firstFilter + block.filters; f++) {
          channelOffsets.add(sums.channelOffset().applyAsInt(group.channels()[f]));
          for (int t = block.firstTap; t < block.firstTap + block.taps; t++) {
            targets.add(sums.weights() + group.weights()[f * length + t]);
          }
        }
      }
    }
    firstSum.add(targets.size());
    this.from = tables.from();
    this.to = tables.to();
    this.before = Stream.of(to).map(this::before).toArray(int[][]::new);
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
    workspace.reserveWeightSums(LaneLayout.FIRST + VECTORS_OF_LARGE_INPUTS * layout.lanes());
  }

  /**
   * The blocks of a group, table by table: what many filters read at the same positions is read
   * once for as many of them as have room for their sums.
   */
  private static List<Block> blocks(TapGroup group, TapTables tables, Arithmetic arithmetic) {
    List<Block> blocks = new ArrayList<>();
    int filter = 0;
    for (int width : group.widths(FILTER_BLOCKS)) {
      int[] tapBlocks = arithmetic.tapBlocks(width);
      int tap = 0;
      for (TapTables.Part part : tables.parts(group, width, tapBlocks)) {
        while (tap < part.end()) {
          int taps = TapTables.largest(tapBlocks, part.end() - tap);
          blocks.add(new Block(part.table(), filter, width, tap, taps));
          tap += taps;
        }
      }
      filter += width;
    }
    blocks.sort(Comparator.comparingInt(Block::table));
    return blocks;
  }

  private int[] before(int[] positions) {
    LaneLayout layout = outGradient.layout;
    int[] counts = new int[layout.shape().height() + 1];
    for (int i = 0; i < positions.length / layout.blocks(); i++) {
      counts[(positions[i] - layout.origin()) / layout.rowStride() + 1]++;
    }
    Arrays.parallelPrefix(counts, Integer::sum);
    return counts;
  }

  @Override
  public int units() {
    return blocks;
  }

  @Override
  public void run(LaneWorkspace workspace, float[] sums, int firstBlock, int lastBlock) {
    int next;
    for (int block = firstBlock; block < lastBlock; block = next) {
      int positions = from[table[block]].length / in.layout.blocks() * workspace.batch.blocks();
      int most = positions <= tile ? VECTORS_OF_ONE_TILE : vectorsOfTiles;
      next = block + 1;
      while (next < lastBlock
          && table[next] == table[block]
          && firstSum[next + 1] - firstSum[block] <= most) {
        next++;
      }
      add(workspace.arithmetic, sums, LaneLayout.FIRST, block, next, 0, positions);
      finish(workspace, sums, block, next);
    }
  }

  /** Adds positions tile by tile; once at least: where no tap lies in the image, sums are zero. */
  private void add(
      Arithmetic arithmetic,
      float[] sums,
      int at,
      int firstBlock,
      int lastBlock,
      int first,
      int end) {
    int next = first;
    do {
      int last = Math.min(next + tile, end);
      arithmetic.weightSums(this, sums, at, firstBlock, lastBlock, next, last);
      next = last;
    } while (next < end);
  }

  private void finish(LaneWorkspace workspace, float[] sums, int firstBlock, int lastBlock) {
    int length = firstSum[lastBlock] - firstSum[firstBlock];
    workspace.arithmetic.sumLanes(sums, LaneLayout.FIRST, length);
    for (int i = 0; i < length; i++) {
      workspace.gradients[targets[firstSum[firstBlock] + i]] = sums[LaneLayout.FIRST + i];
    }
  }

  /**
   * Adds the positions of some of the output's rows to the sums of all weights, for which a thread
   * has made room. Rows follow each other from the first of the first block of examples on.
   */
  void addRows(LaneWorkspace workspace, int blockOfExamples, int firstRow, int endRow) {
    float[] sums = workspace.weightSums(0);
    int next;
    for (int block = 0; block < blocks; block = next) {
      next = block + 1;
      while (next < blocks && table[next] == table[block]) {
        next++;
      }
      int start = blockOfExamples * (from[table[block]].length / in.layout.blocks());
      add(
          workspace.arithmetic,
          sums,
          LaneLayout.FIRST + firstSum[block] * in.layout.lanes(),
          block,
          next,
          start + before[table[block]][firstRow],
          start + before[table[block]][endRow]);
    }
  }

  /** Writes the gradients, once all rows of all blocks of examples are added. */
  void finishRows(LaneWorkspace workspace) {
    finish(workspace, workspace.weightSums(0), 0, blocks);
  }
}
