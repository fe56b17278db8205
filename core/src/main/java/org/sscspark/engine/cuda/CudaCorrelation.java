package org.sscspark.engine.cuda;

import java.util.Arrays;
import java.util.List;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.TapGroup;

/**
 * A convolution's forward or backward-data pass on the GPU: {@code out[channel][to[p]] = bias + sum
 * over taps of weight * in[from[p] + offset]}. Each output sums its taps in the order of its group,
 * whatever the shape of the blocks.
 */
final class CudaCorrelation {
  private final CudaWorkspace workspace;
  private final CorrelationBlocks blocks;
  private final int firstWeight;
  private final DeviceMemory offsets;
  private final DeviceMemory groupTable;
  private final DeviceMemory channels;
  private final DeviceMemory biases;
  private final DeviceMemory from;
  private final DeviceMemory to;

  /**
   * Makes the tables.
   *
   * @param layer the name of the layer
   * @param sums what is summed, of positions in buffers that {@link #run} is given
   */
  CudaCorrelation(CudaWorkspace workspace, String layer, LayerPlan.Sums sums) {
    List<TapGroup> tapGroups = sums.groups();
    this.workspace = workspace;
    this.blocks = CorrelationBlocks.of(layer, sums);
    int width = blocks.filters();
    int groups = blocks.groups();
    int[] allOffsets = tapGroups.stream().flatMapToInt(g -> Arrays.stream(g.offsets())).toArray();
    int[] table = new int[3 * groups];
    int[] places = new int[groups * width];
    int[] biasIndices = new int[groups * width];
    Arrays.fill(places, -1);
    Arrays.fill(biasIndices, -1);
    long weightCount =
        tapGroups.stream()
            .mapToLong(
                g -> (long) g.offsets().length * Grid.ceilDiv(g.channels().length, width) * width)
            .sum();
    int[] indices = new int[Math.toIntExact(weightCount)];
    Arrays.fill(indices, -1);
    int group = 0;
    int nextWeight = 0;
    int firstTap = 0;
    for (TapGroup tapGroup : tapGroups) {
      int taps = tapGroup.offsets().length;
      for (int first = 0; first < tapGroup.channels().length; first += width, group++) {
        table[3 * group] = firstTap;
        table[3 * group + 1] = taps;
        table[3 * group + 2] = nextWeight;
        int last = Math.min(first + width, tapGroup.channels().length);
        for (int i = first; i < last; i++) {
          int channel = tapGroup.channels()[i];
          places[group * width + i - first] = sums.channelOffset().applyAsInt(channel);
          if (sums.biases() != LayerPlan.NONE) {
            biasIndices[group * width + i - first] = sums.biases() + channel;
          }
          for (int t = 0; t < taps; t++) {
            indices[nextWeight + t * width + i - first] =
                sums.weights() + tapGroup.weights()[i * taps + t];
          }
        }
        nextWeight += taps * width;
      }
      firstTap += taps;
    }
    this.firstWeight = workspace.packedWeights.add(indices);
    this.offsets = workspace.stream.table(allOffsets);
    this.groupTable = workspace.stream.table(table);
    this.channels = workspace.stream.table(places);
    this.biases = workspace.stream.table(biasIndices);
    this.from = workspace.stream.table(sums.from());
    this.to = workspace.stream.table(sums.to());
  }

  /** Queues the pass, from buffer to buffer. */
  void run(DeviceMemory in, DeviceMemory out, boolean accumulate) {
    workspace.stream.launch(
        blocks.kernel(),
        blocks.grid(workspace.batch.chunks()),
        in,
        out,
        workspace.packedWeights.packed().from(firstWeight),
        offsets,
        groupTable,
        channels,
        biases,
        workspace.parameters,
        from,
        to,
        blocks.positions(),
        CudaWorkspace.flag(accumulate));
  }
}
