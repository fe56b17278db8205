package org.sscspark.engine.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sscspark.engine.plan.TapGroup;

/**
 * Tables of the positions in the input and in the output, block of examples by block of examples:
 * those at which some taps lie in the image. They are made as they are asked for.
 */
final class TapTables {
  private final List<int[]> from = new ArrayList<>();
  private final List<int[]> to = new ArrayList<>();
  private final Map<List<Integer>, Integer> tableOf = new HashMap<>();
  private final Coverage coverage;
  private final boolean narrow;

  /** Taps of a group, up to {@code end}, that use one table of positions. */
  record Part(int end, int table) {}

  /** The first table has all positions. */
  TapTables(Coverage coverage, int[] from, int[] to, boolean narrow) {
    this.coverage = coverage;
    this.narrow = narrow;
    this.from.add(from);
    this.to.add(to);
  }

  /** The largest of these sizes, in descending order, that is at most so much. */
  static int largest(int[] sizes, int most) {
    return Arrays.stream(sizes).filter(size -> size <= most).findFirst().orElseThrow();
  }

  /**
   * Taps by where they lie in the image, or all in one part where that costs less: parts leave out
   * what is zero, but their blocks are smaller.
   *
   * @param filters of a register block
   * @param tapBlocks how many taps a block may have, in descending order, ending in 1
   */
  List<Part> parts(TapGroup group, int filters, int[] tapBlocks) {
    int taps = group.offsets().length;
    List<Part> parts = new ArrayList<>();
    double cost = 0;
    for (int first = 0, t = 1; t <= taps; t++) {
      if (t == taps || table(group, t) != table(group, first)) {
        Part part = new Part(t, table(group, first));
        parts.add(part);
        cost +=
            loads(filters, t - first, tapBlocks) * from.get(part.table).length / from.get(0).length;
        first = t;
      }
    }
    return cost < loads(filters, taps, tapBlocks) ? parts : List.of(new Part(taps, 0));
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
  private static double loads(int filters, int taps, int[] tapBlocks) {
    double loads = 0;
    for (int left = taps; left > 0; ) {
      int block = largest(tapBlocks, left);
      loads += Math.max(filters * block, filters + block);
      left -= block;
    }
    return loads;
  }

  /** The positions of one table in the input. */
  int[] from(int table) {
    return from.get(table);
  }

  /** The positions of one table in the output. */
  int[] to(int table) {
    return to.get(table);
  }

  int[][] from() {
    return from.toArray(int[][]::new);
  }

  int[][] to() {
    return to.toArray(int[][]::new);
  }
}
