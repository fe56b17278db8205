package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * Lanes of filters, for small images: each position of each example adds the outer product of its
 * taps and of two vectors of filters, so there are no lanes to be added in the end. With few
 * positions that is most of the time of {@link LaneSumGradient}; with many it does not matter, and
 * moving the output's gradient from lanes of examples to lanes of filters does. Sums are in the
 * order of blocks of examples, positions and examples.
 */
final class OuterProductGradient implements LaneWeightGradient {
  /** Vectors of filters in a register block. */
  static final int VECTORS = 2;

  /** Positions of an image up to which this is faster. */
  private static final int MOST_POSITIONS = 16;

  /** Lanes without a filter are computed in vain: at most one in so many. */
  private static final int FEWEST_OF_IDLE = 5;

  /**
   * The arguments of a register block's loops: taps of a group that lie in the image at the same
   * positions.
   *
   * @param from positions in the input
   * @param places where those positions are among the columns of a unit
   * @param tapOffsets of the block's taps
   * @param firstTap the number of the first of them in the group
   * @param wave how many blocks of the same positions come before
   */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  record Block(int[] from, int[] places, int[] tapOffsets, int firstTap, int wave) {
    int taps() {
      return tapOffsets.length;
    }
  }

  /**
   * As many filters of one group as a register block has, or what is left of them.
   *
   * @param channelOffsets where each filter's output channel starts
   * @param targets where the gradients of (tap, filter) go
   */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  private record Filters(int[] channelOffsets, int[] targets) {}

  /** The units [first, end) of a group, and its blocks. */
  @SuppressWarnings("ArrayRecordComponent") // Read-only.
  private record Group(int firstUnit, int endUnit, Block[] blocks) {}

  private final LaneBuffer in;
  private final LaneBuffer outGradient;
  private final LaneLayout out;

  /** Filters of a register block. */
  private final int width;

  /** Positions in the output, block of examples by block of examples. */
  private final int[] to;

  private final Group[] groups;
  private final Filters[] units;

  /** Where packed taps start, behind the sums. */
  private final int packedAt;

  OuterProductGradient(
      LaneWorkspace workspace,
      LayerPlan.Sums sums,
      List<TapGroup> tapGroups,
      LaneBuffer in,
      LaneBuffer outGradient) {
    this.in = in;
    this.outGradient = outGradient;
    this.out = outGradient.layout;
    this.to = sums.to();
    this.width = VECTORS * out.lanes();
    int[] allPlaces = new int[to.length];
    for (int i = 0; i < allPlaces.length; i++) {
      allPlaces[i] = Math.multiplyExact(i, out.lanes() * width);
    }
    boolean narrow = in.layout.isNarrow();
    Coverage coverage =
        new Coverage(in.layout, sums.from(), tapGroups, /* skipsRows= */ true, narrow);
    TapTables tables = new TapTables(coverage, sums.from(), allPlaces, narrow);
    int[] tapBlocks = workspace.arithmetic.outerTapBlocks();
    List<Group> planned = new ArrayList<>();
    List<Filters> filters = new ArrayList<>();
    for (TapGroup group : tapGroups) {
      int firstUnit = filters.size();
      for (int first = 0; first < group.channels().length; first += width) {
        int end = Math.min(group.channels().length, first + width);
        filters.add(filters(group, first, end, sums));
      }
      planned.add(new Group(firstUnit, filters.size(), blocks(group, tables, tapBlocks)));
    }
    this.groups = planned.toArray(Group[]::new);
    this.units = filters.toArray(Filters[]::new);
    this.packedAt = LaneLayout.FIRST + tapBlocks[0] * width;
    workspace.reserveColumns(Math.multiplyExact(units.length, columnsOfUnit()));
    workspace.reserveWeightSums(
        Math.addExact(packedAt, Math.multiplyExact(to.length, tapBlocks[0] * out.lanes())));
  }

  private static Filters filters(TapGroup group, int first, int end, LayerPlan.Sums sums) {
    int taps = group.offsets().length;
    int[] channelOffsets = new int[end - first];
    int[] targets = new int[taps * (end - first)];
    for (int f = first; f < end; f++) {
      channelOffsets[f - first] = sums.channelOffset().applyAsInt(group.channels()[f]);
      for (int t = 0; t < taps; t++) {
        targets[t * (end - first) + f - first] = sums.weights() + group.weights()[f * taps + t];
      }
    }
    return new Filters(channelOffsets, targets);
  }

  /**
   * Wave by wave: the weights of a filter that neighbours in memory belong to the same channels,
   * and are written shortly after each other.
   */
  private static Block[] blocks(TapGroup group, TapTables tables, int[] tapBlocks) {
    List<Block> blocks = new ArrayList<>();
    int tap = 0;
    for (TapTables.Part part : tables.parts(group, VECTORS, tapBlocks)) {
      for (int wave = 0; tap < part.end(); wave++) {
        int taps = TapTables.largest(tapBlocks, part.end() - tap);
        blocks.add(
            new Block(
                tables.from(part.table()),
                tables.to(part.table()),
                Arrays.copyOfRange(group.offsets(), tap, tap + taps),
                tap,
                wave));
        tap += taps;
      }
    }
    blocks.sort(Comparator.comparingInt(Block::wave));
    return blocks.toArray(Block[]::new);
  }

  /** Whether images are small and the filters of a class fill vectors. */
  static boolean suits(List<TapGroup> groups, LaneLayout out) {
    int width = VECTORS * out.lanes();
    int filters = groups.stream().mapToInt(group -> group.channels().length).sum();
    int idle =
        groups.stream().mapToInt(group -> Math.floorMod(-group.channels().length, width)).sum();
    return out.shape().height() * out.shape().width() <= MOST_POSITIONS
        && idle * FEWEST_OF_IDLE <= filters;
  }

  private int columnsOfUnit() {
    return Math.multiplyExact(to.length, out.lanes() * width);
  }

  private int columnsAt(int unit) {
    return LaneLayout.FIRST + unit * columnsOfUnit();
  }

  @Override
  public int units() {
    return units.length;
  }

  @Override
  public void run(LaneWorkspace workspace, float[] sums, int first, int last) {
    int examples = workspace.batch.blocks();
    float[] columns = workspace.columns();
    for (int unit = first; unit < last; unit++) {
      transpose(outGradient.floats, columns, unit, to.length / out.blocks() * examples);
    }
    for (Group group : groups) {
      int firstOfGroup = Math.max(first, group.firstUnit);
      int endOfGroup = Math.min(last, group.endUnit);
      for (int b = 0; b < group.blocks.length && firstOfGroup < endOfGroup; b++) {
        Block block = group.blocks[b];
        int positions = block.from.length / out.blocks() * examples;
        workspace.arithmetic.packTaps(block, in.floats, positions, sums, packedAt);
        for (int unit = firstOfGroup; unit < endOfGroup; unit++) {
          workspace.arithmetic.outerProducts(
              block, sums, packedAt, columns, columnsAt(unit), positions);
          scatter(workspace.gradients, sums, units[unit], block);
        }
      }
    }
  }

  /** Lanes of filters instead of examples: [position][example][filter]. */
  private void transpose(float[] outGradient, float[] columns, int unit, int positions) {
    int lanes = out.lanes();
    int[] channelOffsets = units[unit].channelOffsets;
    int at = columnsAt(unit);
    for (int i = 0; i < positions; i++) {
      for (int f = 0; f < channelOffsets.length; f++) {
        int y = to[i] + channelOffsets[f];
        for (int lane = 0; lane < lanes; lane++) {
          columns[at + lane * width + f] = outGradient[y + lane];
        }
      }
      at += lanes * width;
    }
  }

  private void scatter(float[] gradients, float[] sums, Filters filters, Block block) {
    int count = filters.channelOffsets.length;
    int target = block.firstTap * count;
    for (int t = 0; t < block.taps(); t++) {
      int sum = LaneLayout.FIRST + t * width;
      for (int f = 0; f < count; f++) {
        gradients[filters.targets[target++]] = sums[sum + f];
      }
    }
  }
}
