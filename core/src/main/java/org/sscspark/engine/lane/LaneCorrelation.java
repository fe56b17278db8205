package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
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
  static final int INTS_PER_BLOCK = 5;

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

  /**
   * How many positions all blocks of a run compute in turn, so that what they read stays in level
   * 1.
   */
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
    long positionBytes = (long) Float.BYTES * lanes * inputChannels;
    this.tile = Math.max(16, (int) (caches.tile() / positionBytes) / 8 * 8);
    int far = kept / inputChannels >= OFTEN ? caches.farOfWide() : caches.far();
    // A sweep reads more channels and rows in turn than the processor would fetch by itself.
    boolean sweeps = groups.stream().anyMatch(group -> swept.applyAsInt(group) > 0);
    boolean isFar = sweeps || (long) Float.BYTES * inLayout.blockStride() > far;
    // Two rows: the last that the window of a 3x3 kernel reads.
    this.ahead = !near && isFar ? 2 * outLayout.shape().width() : 0;
    this.inRows = LaneLayout.inFours(from, lanes);
    int inLevel1 = caches.run() / (Float.BYTES * lanes);
    int mostTaps = Math.max(1, inLevel1 / FEWEST);
    List<Run> runs =
        groups.stream()
            .flatMap(group -> runs(group, group.widths(filterBlocks), skipsColumns, mostTaps))
            .toList();
    Blocks planned = new Blocks(sums, coverage);
    firstBlock = new int[runs.size() + 1];
    positionsOfRun = new int[runs.size()];
    for (int r = 0; r < runs.size(); r++) {
      Run run = runs.get(r);
      int taps = Math.max(1, run.taps.offsets().length);
      positionsOfRun[r] =
          run.widths.length == 1 ? tile : Math.max(FEWEST, inLevel1 / taps / FEWEST * FEWEST);
      planned.add(run);
      firstBlock[r + 1] = planned.filters.size();
    }
    endOfSweep = endsOfSweeps(runs.stream().map(Run::taps).mapToInt(swept).toArray());
    filters = planned.filters.toArray();
    blocks = planned.blocks();
    channelOffsets = planned.channelOffsets.toArray();
    offsets = planned.offsets.toArray();
    sources = planned.sources.toArray();
    weights = new float[sources.length];
  }

  /**
   * What blocks sum before the next filters are computed.
   *
   * @param taps the taps of a group, or some of them
   * @param widths how many filters each block has
   * @param adds whether an earlier run has summed other taps of the group
   */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  private record Run(TapGroup taps, int[] widths, boolean adds) {}

  private static Stream<Run> runs(TapGroup group, int[] widths, boolean byRow, int mostTaps) {
    List<Run> runs = new ArrayList<>();
    for (TapGroup row : byRow ? group.byRow() : List.of(group)) {
      for (TapGroup taps : widths.length == 1 ? List.of(row) : row.split(mostTaps)) {
        runs.add(new Run(taps, widths, !runs.isEmpty()));
      }
    }
    return runs.stream();
  }

  /** By the filters of each run's sweep, or zero where it is not swept. */
  private static int[] endsOfSweeps(int[] swept) {
    int[] ends = new int[swept.length];
    for (int run = swept.length - 1; run >= 0; run--) {
      boolean goesOn = run + 1 < swept.length && swept[run] > 0 && swept[run + 1] == swept[run];
      ends[run] = goesOn ? ends[run + 1] : run + 1;
    }
    return ends;
  }

  /** The tables of blocks, which grow run by run. */
  private static final class Blocks {
    private final LayerPlan.Sums sums;
    private final Coverage coverage;
    private final List<IntList> ofStretch;
    private final IntList filters = new IntList();
    private final IntList channelOffsets = new IntList();
    private final IntList offsets = new IntList();
    private final IntList sources = new IntList();

    Blocks(LayerPlan.Sums sums, Coverage coverage) {
      this.sums = sums;
      this.coverage = coverage;
      this.ofStretch = Stream.generate(IntList::new).limit(coverage.ends().length).toList();
    }

    void add(Run run) {
      int filter = 0;
      for (int width : run.widths) {
        add(run, filter, width);
        filter += width;
      }
    }

    private void add(Run run, int firstFilter, int width) {
      TapGroup group = run.taps;
      int taps = group.offsets().length;
      for (int stretch = 0; stretch < ofStretch.size(); stretch++) {
        // In the order of FIRST_TAP, END_TAP, START, WEIGHTS and CHANNEL.
        IntList block = ofStretch.get(stretch);
        block.add(offsets.size() + coverage.firstTap(stretch, group));
        block.add(offsets.size() + coverage.endTap(stretch, group));
        block.add(run.adds ? -1 : sources.size());
        block.add(sources.size() + (1 - offsets.size()) * width);
        block.add(channelOffsets.size());
      }
      filters.add(width);
      for (int f = firstFilter; f < firstFilter + width; f++) {
        int channel = group.channels()[f];
        channelOffsets.add(sums.channelOffset().applyAsInt(channel));
        boolean starts = sums.biases() != LayerPlan.NONE && !run.adds;
        sources.add(starts ? sums.biases() + channel : -1);
      }
      for (int t = 0; t < taps; t++) {
        offsets.add(group.offsets()[t]);
        for (int f = firstFilter; f < firstFilter + width; f++) {
          sources.add(sums.weights() + group.weights()[f * taps + t]);
        }
      }
    }

    /** Stretch by stretch. */
    int[] blocks() {
      return ofStretch.stream().map(IntList::toArray).flatMapToInt(Arrays::stream).toArray();
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
    return (stretch * filters.length + block) * INTS_PER_BLOCK;
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
