package org.sscspark.engine.cuda;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * The gradient of a layer's weights on the GPU. Blocks sum over parts of the minibatch, whose size
 * depends on shapes only, and a second kernel adds the parts in order.
 */
final class CudaWeightGradient {
  /** Filters and taps of a block, and about how long a position takes. */
  private enum Tile {
    EIGHT(8, 8, 64),
    FOUR(4, 16, 80),
    TWO(2, 16, 72),
    ONE(1, 32, 132);

    private final int filters;
    private final int taps;
    private final int cost;

    Tile(int filters, int taps, int cost) {
      this.filters = filters;
      this.taps = taps;
      this.cost = cost;
    }

    int tiles(TapGroup group) {
      return Grid.ceilDiv(group.channels().length, filters)
          * Grid.ceilDiv(group.offsets().length, taps);
    }

    int tiles(List<TapGroup> groups) {
      return groups.stream().mapToInt(this::tiles).sum();
    }
  }

  private static final int WARPS = 4;
  private static final int THREADS = 256;
  private static final int FEWEST_UNITS = 64;
  private static final int MOST_SPLITS = 128;

  private final CudaWorkspace workspace;
  private final String kernel;
  private final int tiles;

  /** The numbers of one split: a sum for each filter and tap of each tile. */
  private final int numbers;

  private final int positions;
  private final int unitsOfSplit;
  private final int weights;
  private final int weightCount;
  private final DeviceMemory tileTable;
  private final DeviceMemory slots;
  private final DeviceMemory from;
  private final DeviceMemory to;

  /**
   * Makes the tables.
   *
   * @param sums of the forward pass
   */
  CudaWeightGradient(CudaWorkspace workspace, LayerPlan.Sums sums) {
    List<TapGroup> groups = sums.groups();
    this.workspace = workspace;
    this.weights = sums.weights();
    Tile tile =
        Arrays.stream(Tile.values())
            .min(Comparator.comparingLong(t -> (long) t.cost * t.tiles(groups)))
            .orElseThrow();
    this.kernel = "weight_gradient_" + tile.filters + "x" + tile.taps;
    this.tiles = tile.tiles(groups);
    int tileSize = tile.filters * tile.taps;
    this.numbers = Math.multiplyExact(tiles, tileSize);
    this.positions = sums.from().length;
    int units = positions * workspace.batch.mostChunks();
    this.unitsOfSplit = Math.max(FEWEST_UNITS, Grid.ceilDiv(units, MOST_SPLITS));
    this.weightCount = groups.stream().mapToInt(g -> g.weights().length).sum();

    int[] table = new int[Math.multiplyExact(tiles, tile.filters + tile.taps)];
    int[] slotOf = new int[weightCount];
    int next = 0;
    for (TapGroup group : groups) {
      int[] channels = group.channels();
      int[] offsets = group.offsets();
      for (int f = 0; f < channels.length; f += tile.filters) {
        for (int t = 0; t < offsets.length; t += tile.taps, next++) {
          int at = next * (tile.filters + tile.taps);
          // Places beyond the last filter or tap repeat it; nobody reads their sums.
          for (int i = 0; i < tile.filters; i++) {
            int channel = Math.min(f + i, channels.length - 1);
            table[at + i] = sums.channelOffset().applyAsInt(channels[channel]);
            for (int j = 0; j < tile.taps; j++) {
              int tap = Math.min(t + j, offsets.length - 1);
              table[at + tile.filters + j] = offsets[tap];
              if (f + i < channels.length && t + j < offsets.length) {
                slotOf[group.weights()[channel * offsets.length + tap]] =
                    next * tileSize + i * tile.taps + j;
              }
            }
          }
        }
      }
    }
    this.tileTable = workspace.stream.table(table);
    this.slots = workspace.stream.table(slotOf);
    this.from = workspace.stream.table(sums.from());
    this.to = workspace.stream.table(sums.to());
    workspace.reservePartialSums((long) numbers * Grid.ceilDiv(units, unitsOfSplit));
  }

  /** Queues the pass: buffers of the input and of the output's gradient. */
  void run(DeviceMemory in, DeviceMemory gradient) {
    if (weightCount == 0) {
      return;
    }
    int units = positions * workspace.batch.chunks();
    int splits = Grid.ceilDiv(units, unitsOfSplit);
    workspace.stream.launch(
        kernel,
        Grid.ofWarps(tiles, splits, 1, WARPS),
        in,
        gradient,
        workspace.partialSums(),
        tileTable,
        from,
        to,
        positions,
        units,
        unitsOfSplit);
    workspace.stream.launch(
        "sum_weight_gradients",
        Grid.ofThreads(weightCount, THREADS),
        workspace.partialSums(),
        slots,
        workspace.gradients.from(weights),
        weightCount,
        splits,
        numbers);
  }
}
