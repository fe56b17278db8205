package org.sscspark.engine.lane;

import org.sscspark.engine.FeatureStorage;

/**
 * Features of a layout: floats, or {@link FeatureStorage#BFLOAT16}, two positions of a plane to an
 * int, as [blocks][channels][pairs of positions][lanes] without a halo. Loops multiply and add
 * floats only, so of halved features {@link #read} brings the rows that a loop is about to use.
 *
 * <p>Steps and the arguments of loops keep the buffer, not the array, so that the network's input
 * can be the caller's array.
 */
final class LaneBuffer {
  final LaneLayout layout;

  /** The positions of one channel, relative to {@link LaneLayout#plane}. */
  final int[] plane;

  /** Null until there is an array, and of halved features. */
  float[] floats;

  /** Null unless features are halved. */
  private final int[] pairs;

  /** Floats; null for those that callers bring, and for what is never stored. */
  LaneBuffer(LaneLayout layout, float[] floats) {
    this(layout, floats, null);
  }

  private LaneBuffer(LaneLayout layout, float[] floats, int[] pairs) {
    this.layout = layout;
    this.plane = layout.positionsOfPlane();
    this.floats = floats;
    this.pairs = pairs;
  }

  /** Features, all zero, that are kept as the storage says. */
  static LaneBuffer of(LaneLayout layout, FeatureStorage storage) {
    return switch (storage) {
      case FLOAT32 -> new LaneBuffer(layout, new float[layout.length()]);
      case BFLOAT16 -> new LaneBuffer(layout, null, new int[layout.pairsLength()]);
    };
  }

  int channels() {
    return layout.shape().channels();
  }

  boolean isHalved() {
    return pairs != null;
  }

  /** Whether there is an array. */
  boolean isStored() {
    return floats != null || pairs != null;
  }

  /**
   * Copies a slice of these features to rows of floats.
   *
   * @param base where in {@code rows} the slice's plane starts, or would start: only the slice's
   *     positions have to be there
   */
  void read(Arithmetic arithmetic, LaneSlice slice, float[] rows, int base) {
    if (isHalved()) {
      arithmetic.fromPairs(pairs, layout.pair(slice), slice, plane, rows, base);
    } else {
      copy(floats, layout.plane(slice), slice, rows, base);
    }
  }

  /** Copies rows of floats to a slice of these features; the parameters are those of read. */
  void write(Arithmetic arithmetic, LaneSlice slice, float[] rows, int base) {
    if (isHalved()) {
      arithmetic.toPairs(rows, base, slice, plane, pairs, layout.pair(slice));
    } else {
      copy(rows, base, slice, floats, layout.plane(slice));
    }
  }

  private void copy(float[] from, int fromBase, LaneSlice slice, float[] to, int toBase) {
    for (int i = slice.first; i < slice.last; i++) {
      System.arraycopy(from, fromBase + plane[i], to, toBase + plane[i], layout.lanes());
    }
  }
}
