package org.sscspark.engine.cuda;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.sscspark.engine.TapGroup;

/**
 * The gradient of a layer's weights on the GPU. Blocks sum over parts of the minibatch, whose size
 * depends on shapes only, and a second kernel adds the parts in order.
 */
final class WeightGradient {
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

  private final Machine machine;
  private final String kernel;
  private final int tiles;
  private final int tileSize;
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
   * @param groups of the forward pass
   * @param channelOffset where an output channel starts, from channel 0
   * @param from the indices of the windows' first cells in a buffer of the input
   * @param to for each of them, the index in channel 0 of a buffer of the output
   * @param weights where the layer's packed weights start in the flat vector
   */
  WeightGradient(
      Machine machine,
      List<TapGroup> groups,
      IntUnaryOperator channelOffset,
      int[] from,
      int[] to,
      int weights) {
    this.machine = machine;
    this.weights = weights;
    Tile tile =
        Arrays.stream(Tile.values())
            .min(Comparator.comparingLong(t -> (long) t.cost * t.tiles(groups)))
            .orElseThrow();
    this.kernel = "weight_gradient_" + tile.filters + "x" + tile.taps;
    this.tiles = tile.tiles(groups);
    this.tileSize = tile.filters * tile.taps;
    this.positions = from.length;
    int units = positions * machine.batch.mostChunks();
    this.unitsOfSplit = Math.max(FEWEST_UNITS, Grid.ceilDiv(units, MOST_SPLITS));
    this.weightCount = groups.stream().mapToInt(g -> g.weights().length).sum();

    int[] table = new int[tiles * (tile.filters + tile.taps)];
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
            table[at + i] = channelOffset.applyAsInt(channels[channel]);
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
    this.tileTable = machine.stream.table(table);
    this.slots = machine.stream.table(slotOf);
    this.from = machine.stream.table(from);
    this.to = machine.stream.table(to);
    machine.reservePartialSums((long) tiles * tileSize * Grid.ceilDiv(units, unitsOfSplit));
  }

  /** Queues the pass: buffers of the input and of the output's gradient. */
  void run(DeviceMemory in, DeviceMemory gradient) {
    if (weightCount == 0) {
      return;
    }
    int units = positions * machine.batch.chunks();
    int splits = Grid.ceilDiv(units, unitsOfSplit);
    machine.stream.launch(
        kernel,
        Grid.ofWarps(tiles, splits, 1, WARPS),
        in,
        gradient,
        machine.partialSums(),
        tileTable,
        from,
        to,
        positions,
        units,
        unitsOfSplit);
    machine.stream.launch(
        "sum_weight_gradients",
        Grid.ofThreads(weightCount, THREADS),
        machine.partialSums(),
        slots,
        machine.gradients.from(weights),
        weightCount,
        splits,
        tiles * tileSize);
  }
}
