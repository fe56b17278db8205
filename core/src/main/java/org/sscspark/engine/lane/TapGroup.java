package org.sscspark.engine.lane;

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
 * Output channels that sum the same taps of the input.
 *
 * @param channels output channels, ascending
 * @param offsets of the taps, in floats from a position of the input, in summing order
 * @param weights where the weight of (channel i, tap t) is in the packed vector: {@code weights[i *
 *     offsets.length + t]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
record TapGroup(int[] channels, int[] offsets, int[] weights) {

  /** How many channels each register block has. */
  int[] widths(int[] filterBlocks) {
    int[] widths = new int[channels.length];
    int blocks = 0;
    for (int left = channels.length; left > 0; left -= widths[blocks++]) {
      int most = left;
      widths[blocks] = Arrays.stream(filterBlocks).filter(w -> w <= most).findFirst().orElseThrow();
    }
    return Arrays.copyOf(widths, blocks);
  }

  /** Cuts the taps into groups of at most this many, with the same array of channels. */
  List<TapGroup> split(int taps) {
    int parts = Math.max(1, (offsets.length + taps - 1) / taps);
    List<TapGroup> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int first = Team.start(offsets.length, part, parts);
      int last = Team.end(offsets.length, part, parts);
      int[] some = new int[channels.length * (last - first)];
      for (int i = 0; i < channels.length; i++) {
        System.arraycopy(
            weights, i * offsets.length + first, some, i * (last - first), last - first);
      }
      groups.add(new TapGroup(channels, Arrays.copyOfRange(offsets, first, last), some));
    }
    return groups;
  }

  /**
   * The groups of a convolution: its filter classes. Positions are windows' first cells.
   *
   * @param channelOffset where an input channel starts, from channel 0
   */
  static List<TapGroup> forward(
      SupportLayout support, LaneLayout in, IntUnaryOperator channelOffset) {
    WeightShape shape = support.shape();
    List<TapGroup> groups = new ArrayList<>();
    for (FilterClass filterClass : support.classes()) {
      int[] taps = filterClass.taps();
      int[] offsets = new int[taps.length];
      for (int t = 0; t < taps.length; t++) {
        int cell = taps[t] % shape.window();
        offsets[t] =
            channelOffset.applyAsInt(taps[t] / shape.window())
                + cell / shape.kernelWidth() * in.rowStride()
                + cell % shape.kernelWidth() * in.lanes();
      }
      int[] weights = new int[filterClass.size()];
      Arrays.setAll(weights, i -> filterClass.packedOffset() + i);
      groups.add(new TapGroup(filterClass.filters(), offsets, weights));
    }
    return groups;
  }

  /**
   * The groups of the transposed convolution for the input rows {@code row + i * stride} and
   * columns {@code column + j * stride}: input channels that read the same taps of the output's
   * gradient. Position (i, j) of the output is the base of (i, j).
   */
  static List<TapGroup> backward(
      SupportLayout support, LaneLayout out, int stride, int padding, int row, int column) {
    WeightShape shape = support.shape();
    FilterClass[] classOf = new FilterClass[shape.filters()];
    int[] indexIn = new int[shape.filters()];
    for (FilterClass filterClass : support.classes()) {
      for (int i = 0; i < filterClass.filters().length; i++) {
        classOf[filterClass.filters()[i]] = filterClass;
        indexIn[filterClass.filters()[i]] = i;
      }
    }
    int[] count = new int[shape.channels()];
    int[][] offsets = new int[shape.channels()][16];
    int[][] weights = new int[shape.channels()][16];
    for (int f = 0; f < shape.filters(); f++) {
      int[] taps = classOf[f].taps();
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
            f * out.channelStride()
                + Math.floorDiv(y, stride) * out.rowStride()
                + Math.floorDiv(x, stride) * out.lanes();
        weights[c][count[c]++] = classOf[f].packedOffset() + indexIn[f] * taps.length + t;
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
