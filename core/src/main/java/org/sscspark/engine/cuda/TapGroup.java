package org.sscspark.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * Output channels that sum the same taps of the input.
 *
 * @param channels output channels, ascending
 * @param offsets of the taps, in floats from a position of the input, in summing order
 * @param weights where the weight of (channel i, tap t) is in the layer's packed vector: {@code
 *     weights[i * offsets.length + t]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
record TapGroup(int[] channels, int[] offsets, int[] weights) {
  /**
   * The groups of a layer: its filter classes. Positions are windows' first cells.
   *
   * @param channelOffset where an input channel starts, from channel 0
   */
  static List<TapGroup> forward(SupportLayout support, Layout in, IntUnaryOperator channelOffset) {
    WeightShape shape = support.shape();
    List<TapGroup> groups = new ArrayList<>();
    for (FilterClass filterClass : support.classes()) {
      int[] offsets =
          Arrays.stream(filterClass.taps())
              .map(
                  tap ->
                      channelOffset.applyAsInt(tap / shape.window())
                          + tap % shape.window() / shape.kernelWidth() * in.rowStride()
                          + tap % shape.window() % shape.kernelWidth() * in.images())
              .toArray();
      int[] weights = new int[filterClass.size()];
      Arrays.setAll(weights, i -> filterClass.packedOffset() + i);
      groups.add(new TapGroup(filterClass.filters(), offsets, weights));
    }
    return groups;
  }

  /**
   * The groups of the transposed layer for the input rows {@code row + i * stride} and columns
   * {@code column + j * stride}: input channels that read the same taps of the output's gradient.
   * Position (i, j) of the output is the base of (i, j).
   */
  static List<TapGroup> backward(
      SupportLayout support, Layout out, int stride, int padding, int row, int column) {
    WeightShape shape = support.shape();
    List<List<int[]>> tapsOfChannel = new ArrayList<>();
    for (int c = 0; c < shape.channels(); c++) {
      tapsOfChannel.add(new ArrayList<>());
    }
    for (int packed = 0; packed < support.kept(); packed++) {
      int dense = support.denseIndex(packed);
      int filter = dense / shape.filterSize();
      int cell = dense % shape.window();
      int y = row + padding - cell / shape.kernelWidth();
      int x = column + padding - cell % shape.kernelWidth();
      if (Math.floorMod(y, stride) == 0 && Math.floorMod(x, stride) == 0) {
        int offset =
            filter * out.channelStride()
                + Math.floorDiv(y, stride) * out.rowStride()
                + Math.floorDiv(x, stride) * out.images();
        tapsOfChannel
            .get(dense % shape.filterSize() / shape.window())
            .add(new int[] {offset, packed});
      }
    }
    Map<List<Integer>, List<Integer>> channelsByOffsets = new LinkedHashMap<>();
    for (int c = 0; c < shape.channels(); c++) {
      channelsByOffsets
          .computeIfAbsent(
              tapsOfChannel.get(c).stream().map(tap -> tap[0]).toList(), o -> new ArrayList<>())
          .add(c);
    }
    List<TapGroup> groups = new ArrayList<>();
    channelsByOffsets.forEach(
        (offsets, channels) ->
            groups.add(
                new TapGroup(
                    channels.stream().mapToInt(c -> c).toArray(),
                    offsets.stream().mapToInt(o -> o).toArray(),
                    channels.stream()
                        .flatMapToInt(c -> tapsOfChannel.get(c).stream().mapToInt(tap -> tap[1]))
                        .toArray())));
    return groups;
  }
}
