package org.sscspark.engine.lane;

/** The output of an operator, or the network's input, and its gradient. */
final class Value {
  final LaneLayout layout;

  /** The positions of one channel, relative to {@link LaneLayout#plane}. */
  final int[] plane;

  /** Null until {@link GradientBuffers} gives one. */
  float[] gradient;

  /** The caller's buffer for the network's input. */
  float[] data;

  Value(LaneLayout layout, float[] data) {
    this.layout = layout;
    this.plane = layout.positionsOfPlane();
    this.data = data;
  }

  int channels() {
    return layout.shape().channels();
  }
}
