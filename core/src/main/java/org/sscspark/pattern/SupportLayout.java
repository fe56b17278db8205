package org.sscspark.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The packed storage of a support: kept weights only, class by class (in order of each class's
 * first filter), filter by filter within a class, taps in ascending order of [C, kH, kW] within a
 * filter.
 */
public final class SupportLayout {
  private final Support support;
  private final List<FilterClass> classes;
  private final int kept;

  /** The dense position of each packed weight; empty where all exist, each at its own place. */
  private final int[] denseIndices;

  private SupportLayout(Support support, List<FilterClass> classes, int kept) {
    this.support = support;
    this.classes = classes;
    this.kept = kept;
    this.denseIndices = kept == shape().size() ? new int[0] : denseIndices();
  }

  /** Derives the layout. Costs one pass over the dense shape. */
  public static SupportLayout of(Support support) {
    WeightShape shape = support.shape();
    Map<IntArrayKey, List<Integer>> filtersByTaps = new LinkedHashMap<>();
    Map<Integer, int[]> tapsByStart = new HashMap<>();
    for (int f = 0; f < shape.filters(); f++) {
      int filter = f;
      int[] taps =
          support instanceof Support.Patterned patterned
              ? tapsByStart.computeIfAbsent(
                  patterned.pattern().startOf(filter), start -> taps(support, filter))
              : taps(support, filter);
      filtersByTaps.computeIfAbsent(new IntArrayKey(taps), key -> new ArrayList<>()).add(filter);
    }
    List<FilterClass> classes = new ArrayList<>();
    int kept = 0;
    for (Map.Entry<IntArrayKey, List<Integer>> entry : filtersByTaps.entrySet()) {
      int[] filters = entry.getValue().stream().mapToInt(Integer::intValue).toArray();
      FilterClass filterClass = new FilterClass(filters, entry.getKey().values(), kept);
      classes.add(filterClass);
      kept += filterClass.size();
    }
    return new SupportLayout(support, List.copyOf(classes), kept);
  }

  private int[] denseIndices() {
    int[] indices = new int[kept];
    int next = 0;
    for (FilterClass filterClass : classes) {
      for (int filter : filterClass.filters()) {
        for (int tap : filterClass.taps()) {
          indices[next++] = filter * shape().filterSize() + tap;
        }
      }
    }
    return indices;
  }

  private static int[] taps(Support support, int filter) {
    WeightShape shape = support.shape();
    int[] taps = new int[shape.filterSize()];
    int count = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      if (!support.connects(filter, channel)) {
        continue;
      }
      int tap = channel * shape.window();
      for (int row = 0; row < shape.kernelHeight(); row++) {
        for (int column = 0; column < shape.kernelWidth(); column++, tap++) {
          if (support.keeps(filter, channel, row, column)) {
            taps[count++] = tap;
          }
        }
      }
    }
    return Arrays.copyOf(taps, count);
  }

  public Support support() {
    return support;
  }

  public WeightShape shape() {
    return support.shape();
  }

  /** The classes, in packed order. */
  public List<FilterClass> classes() {
    return classes;
  }

  /** The number of kept weights. */
  public int kept() {
    return kept;
  }

  /** Kept weights over dense weights. */
  public double density() {
    return (double) kept() / shape().size();
  }

  /** The dense [F, C, kH, kW] position of a packed weight. */
  public int denseIndex(int packedIndex) {
    return denseIndices.length == 0 ? packedIndex : denseIndices[packedIndex];
  }

  /** The dense [F, C, kH, kW] positions of all kept weights. */
  public BitSet positions() {
    BitSet positions = new BitSet(shape().size());
    for (int i = 0; i < kept; i++) {
      positions.set(denseIndex(i));
    }
    return positions;
  }

  /**
   * Spreads packed weights into a zeroed dense array.
   *
   * @param packed holds the packed weights from {@code packedOffset} on
   * @return a new array [F, C, kH, kW]
   */
  public float[] dense(float[] packed, int packedOffset) {
    float[] dense = new float[shape().size()];
    for (int i = 0; i < kept; i++) {
      dense[denseIndex(i)] = packed[packedOffset + i];
    }
    return dense;
  }

  /**
   * Gathers the kept weights of a dense array; weights outside the support are dropped.
   *
   * @param dense an array [F, C, kH, kW]
   * @param packed receives the weights from {@code packedOffset} on
   */
  public void pack(float[] dense, float[] packed, int packedOffset) {
    for (int i = 0; i < kept; i++) {
      packed[packedOffset + i] = dense[denseIndex(i)];
    }
  }

  /** An int[] compared by content. */
  private record IntArrayKey(@SuppressWarnings("ArrayRecordComponent") int[] values) {
    @Override
    public boolean equals(Object other) {
      return other instanceof IntArrayKey key && Arrays.equals(values, key.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }
}
