package org.sscspark.engine.lane;

/**
 * Floats of a layout. Steps and the arguments of loops keep the buffer, not the array, so that the
 * network's input can be the caller's array.
 */
final class LaneBuffer {
  final LaneLayout layout;

  /** The positions of one channel, relative to {@link LaneLayout#plane}. */
  final int[] plane;

  /** Null until there is an array. */
  float[] floats;

  LaneBuffer(LaneLayout layout, float[] floats) {
    this.layout = layout;
    this.plane = layout.positionsOfPlane();
    this.floats = floats;
  }

  int channels() {
    return layout.shape().channels();
  }
}
