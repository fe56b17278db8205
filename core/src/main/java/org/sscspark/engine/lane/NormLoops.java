package org.sscspark.engine.lane;

/** What a batch norm does with some positions of a channel, once that channel's numbers are set. */
interface NormLoops {
  /** Loops over what a norm reads and writes. */
  static NormLoops of(LaneWorkspace workspace, LaneNorm norm) {
    return norm.isHalved()
        ? new HalvedNormLoops(workspace, norm)
        : new FloatNormLoops(workspace.arithmetic, norm);
  }

  /** As {@link Arithmetic#moments}, of the input as it is stored. */
  void moments(LaneSlice slice, float[] sums, int at);

  /** Computes the output. */
  void normalize(LaneSlice slice, LaneBuffer target);

  /** As {@link Arithmetic#maskAndSum} or {@link Arithmetic#sumWhereAbove}. */
  void gradientSums(LaneSlice slice, float[] sums, int at);

  /** Computes the input's gradient, which it adds as {@link LaneNorm#addsToInput} says. */
  void inputGradient(LaneSlice slice, float[] laneWeights, LaneBuffer target);

  /** Adds the output's gradient, masked, to that of the skip connection. */
  void addToSkip(LaneSlice slice);
}
