package org.sscspark.engine.lane;

import org.sscspark.engine.FeatureStorage;

/**
 * Features of a layout: floats, or {@link FeatureStorage#BFLOAT16}, two positions of a plane to an
 * int, as [blocks][channels][pairs of positions][lanes] without a halo. Loops multiply and add
 * floats only: those of convolutions and pools need rows of floats, which {@link Arithmetic#copy}
 * brings.
 *
 * <p>Steps and the arguments of loops keep the buffer, not the array, so that the network's input
 * can be the caller's array.
 */
final class LaneBuffer {
  /** The floats of half a region of the heap. */
  private static final int HALF_REGION = (1 << 19) / Float.BYTES;

  final LaneLayout layout;

  /** The positions of one channel, relative to {@link LaneLayout#plane}. */
  final int[] plane;

  /** Null until there is an array, and of halved features. */
  float[] floats;

  /** Null unless features are halved. */
  final int[] pairs;

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

  /**
   * Floats, all zero, in an array that begins at a cache line, as {@link #ofWholeLines} says: a
   * vector that lies across two lines is read at half the speed.
   */
  static LaneBuffer ofWholeLines(LaneLayout layout) {
    return new LaneBuffer(layout, new float[ofWholeLines(layout.length())]);
  }

  /**
   * As many floats, or what an array takes to begin at a cache line: one that fills half a region
   * of the heap has regions of its own, by G1 and regions of {@code -XX:G1HeapRegionSize=1m}. For
   * the few small arrays that every loop reads.
   */
  static int ofWholeLines(int length) {
    return Math.max(length, HALF_REGION);
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
   * Where the plane of a slice starts: of floats, its first position; of halved features, its first
   * two.
   */
  int start(LaneSlice slice) {
    return isHalved() ? layout.pairs(slice) : layout.plane(slice);
  }
}
