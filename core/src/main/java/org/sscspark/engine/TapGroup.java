package org.sscspark.engine;

import java.nio.IntBuffer;
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
 * Output channels that sum the same taps of the input, inside which a sparse layer is dense.
 *
 * @param channels output channels, ascending
 * @param offsets of the taps, in floats from a position of the input, in summing order
 * @param weights where the weight of (channel i, tap t) is in the layer's packed vector: {@code
 *     weights[i * offsets.length + t]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record TapGroup(int[] channels, int[] offsets, int[] weights) {
  /**
   * How a buffer of features is laid out.
   *
   * @param channel where a channel starts, in floats from channel 0
   * @param row floats from a row to the next
   * @param column floats from a column to the next
   */
  public record Strides(IntUnaryOperator channel, int row, int column) {
    int offset(int channelIndex, int y, int x) {
      return channel.applyAsInt(channelIndex) + y * row + x * column;
    }
  }

  /** The groups of a layer: its filter classes. Positions are windows' first cells. */
  public static List<TapGroup> forward(SupportLayout support, Strides in) {
    WeightShape shape = support.shape();
    List<TapGroup> groups = new ArrayList<>();
    for (FilterClass filterClass : support.classes()) {
      int[] offsets =
          Arrays.stream(filterClass.taps())
              .map(
                  tap ->
                      in.offset(
                          tap / shape.window(),
                          tap % shape.window() / shape.kernelWidth(),
                          tap % shape.window() % shape.kernelWidth()))
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
   *
   * @param out of the output's gradient
   */
  public static List<TapGroup> backward(
      SupportLayout support, Strides out, int stride, int padding, int row, int column) {
    WeightShape shape = support.shape();
    int[] count = new int[shape.channels()];
    int[][] offsets = new int[shape.channels()][16];
    int[][] weights = new int[shape.channels()][16];
    for (FilterClass filterClass : support.classes()) {
      int[] taps = filterClass.taps();
      for (int i = 0; i < filterClass.filters().length; i++) {
        for (int t = 0; t < taps.length; t++) {
          int cell = taps[t] % shape.window();
          int y = row + padding - cell / shape.kernelWidth();
          int x = column + padding - cell % shape.kernelWidth();
          if (Math.floorMod(y, stride) != 0 || Math.floorMod(x, stride) != 0) {
            continue;
          }
          int c = taps[t] / shape.window();
          if (count[c] == offsets[c].length) {
            offsets[c] = Arrays.copyOf(offsets[c], 2 * count[c]);
            weights[c] = Arrays.copyOf(weights[c], 2 * count[c]);
          }
          offsets[c][count[c]] =
              out.offset(
                  filterClass.filters()[i], Math.floorDiv(y, stride), Math.floorDiv(x, stride));
          weights[c][count[c]++] = filterClass.packedOffset() + i * taps.length + t;
        }
      }
    }
    return grouped(count, offsets, weights);
  }

  private static List<TapGroup> grouped(int[] count, int[][] offsets, int[][] weights) {
    Map<IntBuffer, List<Integer>> channelsByOffsets = new LinkedHashMap<>();
    for (int c = 0; c < count.length; c++) {
      channelsByOffsets
          .computeIfAbsent(IntBuffer.wrap(offsets[c], 0, count[c]), o -> new ArrayList<>())
          .add(c);
    }
    List<TapGroup> groups = new ArrayList<>();
    channelsByOffsets.forEach(
        (key, channels) -> {
          int taps = key.remaining();
          int[] of = new int[channels.size() * taps];
          for (int i = 0; i < channels.size(); i++) {
            System.arraycopy(weights[channels.get(i)], 0, of, i * taps, taps);
          }
          groups.add(
              new TapGroup(
                  channels.stream().mapToInt(Integer::intValue).toArray(),
                  Arrays.copyOf(offsets[channels.get(0)], taps),
                  of));
        });
    return groups;
  }
}
