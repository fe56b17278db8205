package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.sscspark.engine.TapGroup;

/**
 * Sums of taps: output channel c at position i is, over the taps of c's group, the sum of weight
 * times {@code in[from[i] + offset]}. Forward and backward-data convolutions are such sums. Output
 * channels are computed in register blocks; each output sums its taps in one order whatever the
 * block, so the choice of blocks changes no bit.
 */
final class Correlation {
  /** Of one tile's positions in all channels: they should stay in the L2 cache. */
  private static final int TILE_BYTES = 192 * 1024;

  /**
   * Of the input of one block of examples: a larger one may be far, and taps jump from channel to
   * channel, so it is read ahead of them.
   */
  private static final int FAR_BYTES = 3 << 20;

  /** The same where each value is multiplied often: then reading ahead costs next to nothing. */
  private static final int FAR_BYTES_OF_WIDE = 256 << 10;

  /** Weights for each input channel from which on its values are multiplied often. */
  private static final int OFTEN = 64;

  /**
   * Of the input that a run reads for its positions, taps that meet in one place counted each: what
   * is left should stay in the L1 cache.
   */
  private static final int RUN_BYTES = 40 * 1024;

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

  /** Whether a run adds to what an earlier one wrote. */
  final boolean[] adds;

  /** The filters of each register block. */
  final int[] filters;

  /** Where each stretch of positions ends in a block of examples. */
  final int[] stretchEnds;

  /** Where each block starts in {@link #program}, with the initial values of its filters. */
  final int[] start;

  /**
   * Where the taps start and end there that lie in the image all along a stretch, at {@code block *
   * stretches + stretch}.
   */
  final int[] firstStep;

  final int[] endStep;

  /** Where each block's output channels start in {@link #channelOffsets}. */
  final int[] firstChannel;

  /** Offsets of output channels from a position in channel 0. */
  final int[] channelOffsets;

  /**
   * By block: the initial value of each filter, then for each tap the bits of its offset and the
   * weight of each filter.
   */
  final float[] program;

  /** Where each of {@link #program} is in the flat parameter vector; -1 for what stays. */
  private final int[] sources;

  /**
   * Plans the sums. Taps are summed row by row, and where columns are skipped column by column in
   * each: so those that lie in the image, at a position near its border, follow each other.
   *
   * @param tapGroups in any order
   * @param in what is read, one channel like the other
   * @param channelOffset where an output channel starts, from channel 0
   * @param firstParameter where the packed weights start in the flat parameter vector
   * @param firstBias where the biases, by output channel, start there; -1 for none
   */
  Correlation(
      List<TapGroup> tapGroups,
      LaneLayout in,
      LaneLayout out,
      IntUnaryOperator channelOffset,
      int[] from,
      int[] to,
      int firstParameter,
      int firstBias,
      int[] filterBlocks) {
    int weights = tapGroups.stream().mapToInt(group -> group.weights().length).sum();
    boolean byColumn =
        in.isNarrow() || weights / out.shape().channels() >= TAPS_PER_COLUMN * in.shape().width();
    List<TapGroup> groups = tapGroups.stream().map(group -> group.sorted(byColumn)).toList();
    int widest = groups.stream().mapToInt(group -> group.widths(filterBlocks)[0]).max().orElse(1);
    int together = Math.max(2, FEWEST_SUMS / widest);
    boolean skipsColumns = byColumn && together == 2;
    boolean skipsRows =
        together == 2
            ? in.shape().height() <= LOW
            : in.shape().height() <= LOW_OF_NARROW && out.shape().width() % together == 0;
    Coverage coverage = new Coverage(in, from, groups, skipsRows, skipsColumns);
    this.from = coverage.ordered(from);
    this.to = coverage.ordered(to);
    this.stretchEnds = coverage.ends();
    this.positionsPerBlock = from.length / out.blocks();
    this.inputChannels = in.shape().channels();
    this.inputChannelStride = in.channelStride();
    this.tile = Math.max(16, TILE_BYTES / (4 * out.lanes() * inputChannels) / 8 * 8);
    int far = weights / inputChannels >= OFTEN ? FAR_BYTES_OF_WIDE : FAR_BYTES;
    // Two rows: the last that the window of a 3x3 kernel reads.
    this.ahead = 4L * in.blockStride() > far ? 2 * out.shape().width() : 0;
    this.inRows = LaneLayout.inFours(this.from, out.lanes());
    List<TapGroup> runs = new ArrayList<>();
    int deepest = RUN_BYTES / (4 * out.lanes() * FEWEST);
    int blocks = 0;
    int length = 0;
    int channels = 0;
    for (TapGroup group : groups) {
      int[] widths = group.widths(filterBlocks);
      for (TapGroup row : skipsColumns ? group.byRow() : List.of(group)) {
        for (TapGroup run : widths.length == 1 ? List.of(row) : row.split(deepest)) {
          runs.add(run);
          blocks += widths.length;
          channels += run.channels().length;
          for (int width : widths) {
            length += width + run.offsets().length * (1 + width);
          }
        }
      }
    }
    int stretches = stretchEnds.length;
    firstBlock = new int[runs.size() + 1];
    positionsOfRun = new int[runs.size()];
    adds = new boolean[runs.size()];
    filters = new int[blocks];
    start = new int[blocks];
    firstStep = new int[blocks * stretches];
    endStep = new int[blocks * stretches];
    firstChannel = new int[blocks];
    channelOffsets = new int[channels];
    program = new float[length];
    sources = new int[length];
    Arrays.fill(sources, -1);
    int block = 0;
    int channel = 0;
    int next = 0;
    for (int r = 0; r < runs.size(); r++) {
      TapGroup run = runs.get(r);
      int taps = run.offsets().length;
      int[] widths = run.widths(filterBlocks);
      adds[r] = r > 0 && runs.get(r - 1).channels() == run.channels();
      positionsOfRun[r] =
          widths.length == 1
              ? tile
              : Math.max(FEWEST, RUN_BYTES / (4 * out.lanes() * Math.max(1, taps)) / 4 * 4);
      int done = 0;
      for (int width : widths) {
        filters[block] = width;
        start[block] = next;
        firstChannel[block] = channel;
        for (int stretch = 0; stretch < stretches; stretch++) {
          int at = next + width;
          firstStep[block * stretches + stretch] =
              at + coverage.firstTap(stretch, run) * (1 + width);
          endStep[block * stretches + stretch] = at + coverage.endTap(stretch, run) * (1 + width);
        }
        for (int f = 0; f < width; f++) {
          int c = run.channels()[done + f];
          channelOffsets[channel++] = channelOffset.applyAsInt(c);
          sources[next++] = firstBias < 0 || adds[r] ? -1 : firstBias + c;
        }
        for (int t = 0; t < taps; t++) {
          program[next++] = Float.intBitsToFloat(run.offsets()[t]);
          for (int f = 0; f < width; f++) {
            sources[next++] = firstParameter + run.weights()[(done + f) * taps + t];
          }
        }
        done += width;
        block++;
      }
      firstBlock[r + 1] = block;
    }
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
    int last = Team.end(program.length, part, parts);
    for (int i = Team.start(program.length, part, parts); i < last; i++) {
      if (sources[i] >= 0) {
        program[i] = parameters[sources[i]];
      }
    }
  }
}
