package org.sscspark.pattern;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which channels a layer's output channels depend on, over any number of layers: a boolean matrix,
 * of which following a layer is the boolean product. Immutable.
 */
public final class Reachability {
  private final int sources;
  private final long[][] rows;

  private Reachability(int sources, long[][] rows) {
    this.sources = sources;
    this.rows = rows;
  }

  /** Every channel depends on itself. */
  public static Reachability identity(int channels) {
    long[][] rows = new long[channels][words(channels)];
    for (int channel = 0; channel < channels; channel++) {
      rows[channel][channel / 64] |= 1L << channel;
    }
    return new Reachability(channels, rows);
  }

  /**
   * Follows a layer.
   *
   * @param pixels neighbouring inputs of the layer that belong to one channel: 1 for convolutions,
   *     the image's pixels for a fully connected layer
   */
  public Reachability through(Support support, int pixels) {
    WeightShape shape = support.shape();
    if (shape.channels() != rows.length * pixels) {
      throw new IllegalArgumentException(
          "Layer " + shape + " cannot follow " + rows.length + " channels of " + pixels);
    }
    long[][] reached = new long[shape.filters()][];
    Map<Integer, long[]> byStart = new HashMap<>();
    for (int f = 0; f < shape.filters(); f++) {
      int filter = f;
      reached[f] =
          support instanceof Support.Patterned patterned
              ? byStart.computeIfAbsent(
                  patterned.pattern().startOf(filter), start -> union(support, filter, pixels))
              : union(support, filter, pixels);
    }
    return new Reachability(sources, reached);
  }

  private long[] union(Support support, int filter, int pixels) {
    long[] union = new long[words(sources)];
    for (int input = 0; input < support.shape().channels(); input++) {
      if (support.connects(filter, input)) {
        or(union, rows[input / pixels]);
      }
    }
    return union;
  }

  /** What either depends on: the sum of two branches. */
  public Reachability plus(Reachability other) {
    if (other.sources != sources || other.rows.length != rows.length) {
      throw new IllegalArgumentException(
          "Cannot add branches of " + rows.length + " and " + other.rows.length + " channels");
    }
    long[][] sums = new long[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      sums[i] = rows[i].clone();
      or(sums[i], other.rows[i]);
    }
    return new Reachability(sources, sums);
  }

  /** Whether an output channel depends on a source. */
  public boolean reaches(int output, int source) {
    return (rows[output][source / 64] >>> source & 1) != 0;
  }

  /** Whether every output channel depends on every source. */
  public boolean full() {
    return links() == (long) rows.length * sources;
  }

  /** The number of (output, source) pairs that depend. */
  public long links() {
    long links = 0;
    for (long[] row : rows) {
      for (long word : row) {
        links += Long.bitCount(word);
      }
    }
    return links;
  }

  /** Links over all pairs. */
  public double fraction() {
    return (double) links() / ((long) rows.length * sources);
  }

  private static int words(int bits) {
    return (bits + 63) / 64;
  }

  private static void or(long[] into, long[] row) {
    for (int i = 0; i < into.length; i++) {
      into[i] |= row[i];
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reachability reachability
        && sources == reachability.sources
        && Arrays.deepEquals(rows, reachability.rows);
  }

  @Override
  public int hashCode() {
    return 31 * sources + Arrays.deepHashCode(rows);
  }
}
