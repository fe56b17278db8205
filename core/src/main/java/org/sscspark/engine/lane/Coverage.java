package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.sscspark.engine.plan.TapGroup;

/**
 * Which taps lie in the image, at which positions. Beside the border taps meet the zeros around the
 * image and can be left out. Positions with the same taps form a <em>stretch</em>.
 */
final class Coverage {
  /** Rows and columns of taps, from a position's own, that lie in the image: [first, end). */
  private record Reach(int firstRow, int endRow, int firstColumn, int endColumn) {
    boolean covers(int row, int column) {
      return row >= firstRow && row < endRow && column >= firstColumn && column < endColumn;
    }
  }

  private final List<Reach> stretches = new ArrayList<>();

  /** Of each position of one block of examples. */
  private final int[] stretchOf;

  /** The positions of one block, stretch by stretch. */
  private final int[] order;

  /** Where each stretch ends in {@link #order}. */
  private final int[] ends;

  /**
   * Looks at the positions of one block of examples.
   *
   * @param in what is read
   * @param from the positions in it, block by block
   * @param skipsRows whether rows of zeros are left out
   * @param skipsColumns whether columns of zeros are
   */
  Coverage(
      LaneLayout in, int[] from, List<TapGroup> groups, boolean skipsRows, boolean skipsColumns) {
    int topRow = extremes(groups, TapGroup::rows)[0];
    int bottomRow = extremes(groups, TapGroup::rows)[1];
    int leftColumn = extremes(groups, TapGroup::columns)[0];
    int rightColumn = extremes(groups, TapGroup::columns)[1];
    stretchOf = new int[from.length / in.blocks()];
    for (int i = 0; i < stretchOf.length; i++) {
      int place = from[i] - LaneLayout.FIRST;
      int row = place / in.rowStride() - in.halo();
      int column = place % in.rowStride() / in.lanes() - in.halo();
      Reach reach =
          new Reach(
              skipsRows ? Math.max(topRow, -row) : topRow,
              skipsRows ? Math.min(bottomRow + 1, in.shape().height() - row) : bottomRow + 1,
              skipsColumns ? Math.max(leftColumn, -column) : leftColumn,
              skipsColumns
                  ? Math.min(rightColumn + 1, in.shape().width() - column)
                  : rightColumn + 1);
      if (!stretches.contains(reach)) {
        stretches.add(reach);
      }
      stretchOf[i] = stretches.indexOf(reach);
    }
    order =
        IntStream.range(0, stretchOf.length)
            .boxed()
            .sorted((i, j) -> Integer.compare(stretchOf[i], stretchOf[j]))
            .mapToInt(i -> i)
            .toArray();
    ends = new int[stretches.size()];
    for (int i = 0; i < order.length; i++) {
      ends[stretchOf[order[i]]] = i + 1;
    }
  }

  private static int[] extremes(List<TapGroup> groups, Function<TapGroup, int[]> places) {
    int[] all = groups.stream().map(places).flatMapToInt(Arrays::stream).sorted().toArray();
    return all.length == 0 ? new int[2] : new int[] {all[0], all[all.length - 1]};
  }

  /** Where each stretch ends among the positions of a block. */
  int[] ends() {
    return ends.clone();
  }

  /** Puts positions, block by block, into the order of stretches. */
  int[] ordered(int[] positions) {
    int[] moved = new int[positions.length];
    Arrays.setAll(moved, i -> positions[i / order.length * order.length + order[i % order.length]]);
    return moved;
  }

  /** Those of the positions, block by block, at which a tap lies in the image. */
  int[] covered(int[] positions, int row, int column) {
    return IntStream.range(0, positions.length)
        .filter(i -> stretches.get(stretchOf[i % stretchOf.length]).covers(row, column))
        .map(i -> positions[i])
        .toArray();
  }

  /** The first of a group's taps that lie in the image all along a stretch. */
  int firstTap(int stretch, TapGroup group) {
    Reach reach = stretches.get(stretch);
    int tap = 0;
    while (tap < group.offsets().length && !covers(reach, group, tap)) {
      tap++;
    }
    return tap;
  }

  /** The tap after the last of them; all between lie in the image, by the order of taps. */
  int endTap(int stretch, TapGroup group) {
    Reach reach = stretches.get(stretch);
    int tap = firstTap(stretch, group);
    while (tap < group.offsets().length && covers(reach, group, tap)) {
      tap++;
    }
    return tap;
  }

  private static boolean covers(Reach reach, TapGroup group, int tap) {
    return reach.covers(group.rows()[tap], group.columns()[tap]);
  }
}
