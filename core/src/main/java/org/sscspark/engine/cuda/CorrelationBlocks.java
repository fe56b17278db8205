package org.sscspark.engine.cuda;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * How the sums of a {@link CudaCorrelation} are shared out to blocks of threads.
 *
 * @param filters of a thread
 * @param positionsOfThread of a thread
 * @param groups blocks beside each other, each of filters that sum the same taps
 * @param positions of a channel
 */
record CorrelationBlocks(int filters, int positionsOfThread, int groups, int positions) {
  /** Filters and positions of a thread, by filters; a layer of one position has blocks of one. */
  private enum Block {
    EIGHT(8, 2),
    FOUR(4, 4),
    TWO(2, 4),
    ONE(1, 4);

    private final int filters;
    private final int positions;

    Block(int filters, int positions) {
      this.filters = filters;
      this.positions = positions;
    }

    int groups(TapGroup group) {
      return Grid.ceilDiv(group.channels().length, filters);
    }

    /**
     * How long a position takes, about: a tap's images take as long to load as four filters take to
     * use them, and a group has a start and an end.
     */
    double cost(List<TapGroup> groups) {
      double cost = 0;
      for (TapGroup group : groups) {
        cost += (group.offsets().length + 8.0) * groups(group) * (Math.max(4, filters) + 1);
      }
      return cost;
    }
  }

  private static final int WARPS = 4;

  /**
   * Chooses the fastest.
   *
   * @param layer the name of the layer
   * @throws BadInputException naming the layer, if its features have more positions than a grid
   */
  static CorrelationBlocks of(String layer, LayerPlan.Sums sums) {
    List<TapGroup> tapGroups = sums.groups();
    Block block =
        Arrays.stream(Block.values())
            .min(Comparator.comparingDouble(b -> b.cost(tapGroups)))
            .orElseThrow();
    int positions = sums.from().length;
    CorrelationBlocks blocks =
        new CorrelationBlocks(
            block.filters,
            positions == 1 ? 1 : block.positions,
            tapGroups.stream().mapToInt(block::groups).sum(),
            positions);
    if (blocks.rows() > Grid.MOST) {
      throw new UnmetSettingsException(
          "Layer %s has features of %s positions, and engine=cuda computes up to %s: make images"
                  .formatted(layer, positions, Grid.MOST * blocks.positionsOfBlock())
              + " smaller or choose engine=lane");
    }
    return blocks;
  }

  private int warps() {
    return Math.min(WARPS, Grid.ceilDiv(positions, positionsOfThread));
  }

  private int positionsOfBlock() {
    return warps() * positionsOfThread;
  }

  private int rows() {
    return Grid.ceilDiv(positions, positionsOfBlock());
  }

  /** The name of the kernel. */
  String kernel() {
    return "correlate_" + filters + "x" + positionsOfThread;
  }

  /** The grid for so many chunks of a minibatch. */
  Grid grid(int chunks) {
    return Grid.ofWarps(groups, rows(), chunks, warps());
  }
}
