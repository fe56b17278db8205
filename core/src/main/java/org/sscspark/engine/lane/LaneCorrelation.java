package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * Sums of taps: output channel c at position i is, over the taps of c's group, the sum of weight
 * times {@code in[from[i] + offset]}. Forward and backward-data convolutions are such sums. Output
 * channels are computed in register blocks; each output sums its taps in one order whatever the
 * block, so the choice of blocks changes no bit.
 */
final class LaneCorrelation {
  /** Weights for each input channel from which on its values are multiplied often. */
  private static final int OFTEN = 64;

  /**
   * Images up to this height skip the rows of zeros above and below: in higher ones there is less
   * to save than the shorter stretches cost. The second is for register blocks of many positions.
   */
  private static final int LOW = 32;

  private static final int LOW_OF_NARROW = 16;

  /**
   * Images wider than {@link LaneLayout#isNarrow} skip the columns of zeros, too, where an output
   * sums this many taps for each column: fewer do not pay for the shorter stretches and runs.
   */
  private static final int TAPS_PER_COLUMN = 64;

  /** Sums of a register block, at least: narrower ones have more positions. */
  private static final int FEWEST_SUMS = 8;

  /** Positions of a run, at least: what the widest register block computes at once. */
  private static final int FEWEST = 4;

  /**
   * Blocks of up to so many filters are swept, where level 1 holds about what they read at once: a
   * value that they load is multiplied so seldom that this decides. Wider ones were slower so.
   */
  private static final int WIDEST_SWEPT = 2;

  /** The ints of {@link #blocks} for a stretch and a block, by what they are. */
  static final int FIRST_TAP = 0;

  static final int END_TAP = 1;
  static final int START = 2;
  static final int WEIGHTS = 3;
  static final int CHANNEL = 4;
  static final int BLOCK = 5;

  final LaneBuffer in;
  final LaneBuffer out;

  /** Positions in the input and the output, block of examples by block of examples. */
  final int[] from;

  final int[] to;
  final int positionsPerBlock;
  final int tile;

  /** How many positions the input is read ahead, channel by channel; zero for not at all. */
  final int ahead;

  final int inputChannels;
  final int inputChannelStride;

  /** Keeps the compiler from dropping what is read ahead. */
  float touched;

  /** Whether positions of the input lie side by side in fours. */
  final boolean inRows;

  /**
   * Runs of blocks that sum the same taps: run r is the blocks from {@code firstBlock[r]} to {@code
   * firstBlock[r + 1]}. Wide groups come in several runs, each adding some of the taps.
   */
  final int[] firstBlock;

  /** How many positions all blocks of a run compute in turn, so that what they read stays in L1. */
  final int[] positionsOfRun;

  /**
   * Where the sweep ends that a run begins, at the run behind its last. The blocks of a sweep have
   * as many filters each, and all are computed at some positions before the next: their taps lie in
   * the same few rows of all channels, which stay in level 1 meanwhile.
   */
  final int[] endOfSweep;

  /** The filters of each register block. */
  final int[] filters;

  /** Where each stretch of positions ends in a block of examples. */
  final int[] stretchEnds;

  /**
   * By stretch and block, at {@link #at}: the block's first tap in {@link #offsets} that lies in
   * the image all along the stretch, and the end of those that do; where the initial values of its
   * filters are in {@link #weights}, or -1 if it adds to what an earlier block wrote; where the
   * weights of tap 0 would be, so that those of a tap are as many filters further for each tap; and
   * where its output channels start in {@link #channelOffsets}.
   */
  final int[] blocks;

  /** Offsets of output channels from a position in channel 0. */
  final int[] channelOffsets;

  /** Of each tap, block by block, from a position of the input. */
  final int[] offsets;

  /** By block: the initial value of each filter, then for each tap the weight of each filter. */
  final float[] weights;

  /** Where each of {@link #weights} is in the flat parameter vector; -1 for what stays. */
  private final int[] sources;

  /**
   * Plans the sums. Taps are summed row by row, and where columns are skipped column by column in
   * each: so those that lie in the image, at a position near its border, follow each other.
   *
   * @param near whether what is read has just been written: then it is not read ahead
   */
  LaneCorrelation(
      LaneWorkspace workspace,
      LayerPlan.Sums sums,
      LaneBuffer inBuffer,
      LaneBuffer outBuffer,
      boolean near) {
    this.in = inBuffer;
    this.out = outBuffer;
    LaneLayout inLayout = inBuffer.layout;
    LaneLayout outLayout = outBuffer.layout;
    CacheSizes caches = workspace.caches;
    int[] filterBlocks = workspace.arithmetic.filterBlocks();
    List<TapGroup> tapGroups = sums.groups();
    int kept = tapGroups.stream().mapToInt(group -> group.weights().length).sum();
    boolean byColumn = isByColumn(inLayout, kept / outLayout.shape().channels());
    int widestSwept =
        readAtOnce(inLayout, tapGroups) <= caches.sweep() ? WIDEST_SWEPT : /* none */ 0;
    ToIntFunction<TapGroup> swept = group -> sweptFilters(group, filterBlocks, widestSwept);
    List<TapGroup> groups =
        tapGroups.stream()
            .map(group -> group.sorted(byColumn))
            .sorted(Comparator.comparingInt(swept))
            .toList();
    int widest = groups.stream().mapToInt(group -> group.widths(filterBlocks)[0]).max().orElse(1);
    int together = Math.max(2, FEWEST_SUMS / widest);
    boolean skipsColumns = byColumn && together == 2;
    boolean skipsRows =
        together == 2
            ? inLayout.shape().height() <= LOW
            : inLayout.shape().height() <= LOW_OF_NARROW
                && outLayout.shape().width() % together == 0;
    Coverage coverage = new Coverage(inLayout, sums.from(), groups, skipsRows, skipsColumns);
    this.from = coverage.ordered(sums.from());
    this.to = coverage.ordered(sums.to());
    this.stretchEnds = coverage.ends();
    this.positionsPerBlock = from.length / outLayout.blocks();
    this.inputChannels = inLayout.shape().channels();
    this.inputChannelStride = inLayout.channelStride();
    int lanes = outLayout.lanes();
    this.tile = Math.max(16, caches.tile() / (Float.BYTES * lanes * inputChannels) / 8 * 8);
    int far = kept / inputChannels >= OFTEN ? caches.farOfWide() : caches.far();
    // A sweep reads more channels and rows in turn than the processor would fetch by itself.
    boolean sweeps = groups.stream().anyMatch(group -> swept.applyAsInt(group) > 0);
    boolean isFar = sweeps || (long) Float.BYTES * inLayout.blockStride() > far;
    // Two rows: the last that the window of a 3x3 kernel reads.
    this.ahead = !near && isFar ? 2 * outLayout.shape().width() : 0;
    this.inRows = LaneLayout.inFours(from, lanes);
    List<TapGroup> runs = new ArrayList<>();
    int deepest = Math.max(1, caches.run() / (Float.BYTES * lanes * FEWEST));
    int count = 0;
    int taps = 0;
    int length = 0;
    int channels = 0;
    for (TapGroup group : groups) {
      int[] widths = group.widths(filterBlocks);
      for (TapGroup row : skipsColumns ? group.byRow() : List.of(group)) {
        for (TapGroup run : widths.length == 1 ? List.of(row) : row.split(deepest)) {
          runs.add(run);
          count += widths.length;
          channels += run.channels().length;
          taps = Math.addExact(taps, Math.multiplyExact(widths.length, run.offsets().length));
          length =
              Math.addExact(
                  length, Math.multiplyExact(run.channels().length, 1 + run.offsets().length));
        }
      }
    }
    int stretches = stretchEnds.length;
    firstBlock = new int[runs.size() + 1];
    positionsOfRun = new int[runs.size()];
    filters = new int[count];
    blocks = new int[Math.multiplyExact(count * BLOCK, stretches)];
    channelOffsets = new int[channels];
    offsets = new int[taps];
    weights = new float[length];
    sources = new int[length];
    Arrays.fill(sources, -1);
    int block = 0;
    int channel = 0;
    int offset = 0;
    int weight = 0;
    for (int r = 0; r < runs.size(); r++) {
      TapGroup run = runs.get(r);
      int tapsOfRun = run.offsets().length;
      int[] widths = run.widths(filterBlocks);
      boolean adds = r > 0 && runs.get(r - 1).channels() == run.channels();
      positionsOfRun[r] =
          widths.length == 1
              ? tile
              : Math.max(
                  FEWEST, caches.run() / (Float.BYTES * lanes * Math.max(1, tapsOfRun)) / 4 * 4);
      int done = 0;
      for (int width : widths) {
        filters[block] = width;
        for (int stretch = 0; stretch < stretches; stretch++) {
          int at = at(stretch, block);
          blocks[at + FIRST_TAP] = offset + coverage.firstTap(stretch, run);
          blocks[at + END_TAP] = offset + coverage.endTap(stretch, run);
          blocks[at + START] = adds ? -1 : weight;
          blocks[at + WEIGHTS] = weight + (1 - offset) * width;
          blocks[at + CHANNEL] = channel;
        }
        for (int f = 0; f < width; f++) {
          int c = run.channels()[done + f];
          channelOffsets[channel++] = sums.channelOffset().applyAsInt(c);
          boolean starts = sums.biases() != LayerPlan.NONE && !adds;
          sources[weight++] = starts ? sums.biases() + c : -1;
        }
        for (int t = 0; t < tapsOfRun; t++) {
          offsets[offset++] = run.offsets()[t];
          for (int f = 0; f < width; f++) {
            sources[weight++] = sums.weights() + run.weights()[(done + f) * tapsOfRun + t];
          }
        }
        done += width;
        block++;
      }
      firstBlock[r + 1] = block;
    }
    endOfSweep = new int[runs.size()];
    for (int r = runs.size() - 1; r >= 0; r--) {
      int width = swept.applyAsInt(runs.get(r));
      boolean goesOn =
          width > 0 && r + 1 < runs.size() && swept.applyAsInt(runs.get(r + 1)) == width;
      endOfSweep[r] = goesOn ? endOfSweep[r + 1] : r + 1;
    }
  }

  /** Bytes of all channels that taps can reach from the positions of a sweep's block. */
  private static long readAtOnce(LaneLayout in, List<TapGroup> groups) {
    long rows = 1L + span(groups, TapGroup::rows);
    long columns = (long) FEWEST_SUMS + span(groups, TapGroup::columns);
    return Float.BYTES * rows * columns * in.lanes() * in.shape().channels();
  }

  private static int span(List<TapGroup> groups, Function<TapGroup, int[]> places) {
    IntSummaryStatistics all =
        groups.stream().map(places).flatMapToInt(Arrays::stream).summaryStatistics();
    return all.getCount() == 0 ? 0 : all.getMax() - all.getMin();
  }

  /** The filters of a group that is one block and is swept; zero of others. */
  private static int sweptFilters(TapGroup group, int[] filterBlocks, int widestSwept) {
    int width = group.widths(filterBlocks)[0];
    return width == group.channels().length && width <= widestSwept ? width : 0;
  }

  /** Where the ints of a stretch and a block start in {@link #blocks}. */
  int at(int stretch, int block) {
    return (stretch * filters.length + block) * BLOCK;
  }

  /**
   * Whether taps are summed column by column in each row, so that columns of zeros can be skipped:
   * then positions are not row by row.
   *
   * @param in what is read
   * @param taps that an output sums
   */
  static boolean isByColumn(LaneLayout in, int taps) {
    return in.isNarrow() || taps >= TAPS_PER_COLUMN * in.shape().width();
  }

  /** The stretch of a position. */
  int stretch(int position) {
    int stretch = 0;
    while (position % positionsPerBlock >= stretchEnds[stretch]) {
      stretch++;
    }
    return stretch;
  }

  /** Takes the weights from the flat parameter vector; one thread's part of it. */
  void pack(float[] parameters, int part, int parts) {
    int last = WorkerThreads.end(weights.length, part, parts);
    for (int i = WorkerThreads.start(weights.length, part, parts); i < last; i++) {
      if (sources[i] >= 0) {
        weights[i] = parameters[sources[i]];
      }
    }
  }
}
