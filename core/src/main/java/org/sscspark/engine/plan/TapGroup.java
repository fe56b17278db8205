package org.sscspark.engine.plan;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sscspark.pattern.FilterClass;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * Output channels that sum the same taps of the input, inside which a sparse layer is dense.
 *
 * @param channels output channels, ascending
 * @param offsets of the taps, in floats from a position of the input, in summing order
 * @param rows of the taps, from a position's row
 * @param columns of the taps, from a position's column
 * @param weights where the weight of (channel i, tap t) is in the layer's packed vector: {@code
 *     weights[i * offsets.length + t]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read-only.
public record TapGroup(int[] channels, int[] offsets, int[] rows, int[] columns, int[] weights) {
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
      Taps taps = new Taps();
      for (int tap : filterClass.taps()) {
        int cell = tap % shape.window();
        // Not one weight but one for each filter: the packed vector has them in this order.
        taps.add(tap / shape.window(), cell / shape.kernelWidth(), cell % shape.kernelWidth(), -1);
      }
      int[] weights = new int[filterClass.size()];
      Arrays.setAll(weights, i -> filterClass.packedOffset() + i);
      groups.add(taps.group(filterClass.filters(), weights, in));
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
    FilterClass[] classOf = new FilterClass[shape.filters()];
    int[] indexIn = new int[shape.filters()];
    for (FilterClass filterClass : support.classes()) {
      for (int i = 0; i < filterClass.filters().length; i++) {
        classOf[filterClass.filters()[i]] = filterClass;
        indexIn[filterClass.filters()[i]] = i;
      }
    }
    List<Taps> tapsOf = Stream.generate(Taps::new).limit(shape.channels()).toList();
    for (int f = 0; f < shape.filters(); f++) {
      int[] taps = classOf[f].taps();
      for (int t = 0; t < taps.length; t++) {
        int cell = taps[t] % shape.window();
        int y = row + padding - cell / shape.kernelWidth();
        int x = column + padding - cell % shape.kernelWidth();
        if (Math.floorMod(y, stride) == 0 && Math.floorMod(x, stride) == 0) {
          tapsOf
              .get(taps[t] / shape.window())
              .add(
                  f,
                  Math.floorDiv(y, stride),
                  Math.floorDiv(x, stride),
                  classOf[f].packedOffset() + indexIn[f] * taps.length + t);
        }
      }
    }
    return grouped(tapsOf, out);
  }

  private static List<TapGroup> grouped(List<Taps> tapsOf, Strides strides) {
    Map<IntBuffer, List<Integer>> channelsByTaps = new LinkedHashMap<>();
    for (int c = 0; c < tapsOf.size(); c++) {
      channelsByTaps.computeIfAbsent(tapsOf.get(c).places(), key -> new ArrayList<>()).add(c);
    }
    List<TapGroup> groups = new ArrayList<>();
    for (List<Integer> channels : channelsByTaps.values()) {
      Taps first = tapsOf.get(channels.get(0));
      int[] weights = new int[channels.size() * first.size];
      for (int i = 0; i < channels.size(); i++) {
        System.arraycopy(
            tapsOf.get(channels.get(i)).weights, 0, weights, i * first.size, first.size);
      }
      groups.add(
          first.group(channels.stream().mapToInt(Integer::intValue).toArray(), weights, strides));
    }
    return groups;
  }

  /**
   * How many channels each block has, if blocks are as large as possible.
   *
   * @param sizes that blocks may have, in descending order, ending in 1
   */
  public int[] widths(int[] sizes) {
    int[] widths = new int[channels.length];
    int blocks = 0;
    for (int left = channels.length; left > 0; left -= widths[blocks++]) {
      int most = left;
      widths[blocks] = Arrays.stream(sizes).filter(w -> w <= most).findFirst().orElseThrow();
    }
    return Arrays.copyOf(widths, blocks);
  }

  /** Cuts the taps into groups of at most this many, with the same array of channels. */
  public List<TapGroup> split(int taps) {
    int parts = Math.max(1, (offsets.length + taps - 1) / taps);
    List<TapGroup> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      groups.add(taps(start(part, parts), start(part + 1, parts)));
    }
    return groups;
  }

  private int start(int part, int parts) {
    return (int) ((long) offsets.length * part / parts);
  }

  /** Cuts the taps where their row changes, into groups with the same array of channels. */
  public List<TapGroup> byRow() {
    List<TapGroup> groups = new ArrayList<>();
    for (int first = 0, t = 1; t <= rows.length; t++) {
      if (t == rows.length || rows[t] != rows[first]) {
        groups.add(taps(first, t));
        first = t;
      }
    }
    return groups.isEmpty() ? List.of(this) : groups;
  }

  private TapGroup taps(int first, int last) {
    int[] some = new int[channels.length * (last - first)];
    for (int i = 0; i < channels.length; i++) {
      System.arraycopy(weights, i * offsets.length + first, some, i * (last - first), last - first);
    }
    return new TapGroup(
        channels,
        Arrays.copyOfRange(offsets, first, last),
        Arrays.copyOfRange(rows, first, last),
        Arrays.copyOfRange(columns, first, last),
        some);
  }

  /** The same group with taps sorted by row, and with {@code byColumn} by column then. */
  public TapGroup sorted(boolean byColumn) {
    Comparator<Integer> byPlace = Comparator.comparingInt(t -> rows[t]);
    if (byColumn) {
      byPlace = byPlace.thenComparingInt(t -> columns[t]);
    }
    int[] order =
        IntStream.range(0, offsets.length).boxed().sorted(byPlace).mapToInt(t -> t).toArray();
    int taps = order.length;
    int[] moved = new int[weights.length];
    Arrays.setAll(moved, i -> weights[i / taps * taps + order[i % taps]]);
    return new TapGroup(
        channels, permuted(offsets, order), permuted(rows, order), permuted(columns, order), moved);
  }

  private static int[] permuted(int[] values, int[] order) {
    return Arrays.stream(order).map(t -> values[t]).toArray();
  }

  /** The taps of one channel, as they are found. */
  private static final class Taps {
    private static final int PLACE = 3;

    /** Of each tap: its input channel, row and column. */
    private int[] places = new int[PLACE * 16];

    private int[] weights = new int[16];
    private int size;

    void add(int channel, int row, int column, int weight) {
      if (size == weights.length) {
        places = Arrays.copyOf(places, 2 * places.length);
        weights = Arrays.copyOf(weights, 2 * size);
      }
      places[PLACE * size] = channel;
      places[PLACE * size + 1] = row;
      places[PLACE * size + 2] = column;
      weights[size++] = weight;
    }

    int channel(int tap) {
      return places[PLACE * tap];
    }

    int row(int tap) {
      return places[PLACE * tap + 1];
    }

    int column(int tap) {
      return places[PLACE * tap + 2];
    }

    TapGroup group(int[] channels, int[] groupWeights, Strides strides) {
      int[] offsets = new int[size];
      Arrays.setAll(offsets, t -> strides.offset(channel(t), row(t), column(t)));
      int[] rows = new int[size];
      Arrays.setAll(rows, this::row);
      int[] columns = new int[size];
      Arrays.setAll(columns, this::column);
      return new TapGroup(channels, offsets, rows, columns, groupWeights);
    }

    /** Equal for channels that read the same taps. */
    IntBuffer places() {
      return IntBuffer.wrap(places, 0, PLACE * size);
    }
  }
}
