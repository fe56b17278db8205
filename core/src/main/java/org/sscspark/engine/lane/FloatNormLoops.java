package org.sscspark.engine.lane;

/** A norm whose values are floats, which loops read and write where they are. */
record FloatNormLoops(Arithmetic arithmetic, LaneNorm norm) implements NormLoops {
  @Override
  public void moments(LaneSlice slice, float[] sums, int at) {
    arithmetic.moments(norm.in.data(), slice, sums, at);
  }

  @Override
  public void normalize(LaneSlice slice, LaneBuffer target) {
    arithmetic.normalize(norm, slice, target.floats, target.layout.plane(slice));
  }

  @Override
  public void gradientSums(LaneSlice slice, float[] sums, int at) {
    if (norm.masks()) {
      arithmetic.maskAndSum(norm, slice, sums, at);
    } else {
      arithmetic.sumWhereAbove(norm, slice, sums, at);
    }
  }

  @Override
  public void inputGradient(LaneSlice slice, float[] laneWeights, LaneBuffer target) {
    int to = target.layout.plane(slice);
    arithmetic.normGradient(norm, slice, laneWeights, target.floats, to);
  }

  @Override
  public void addToSkip(LaneSlice slice) {
    float[] gradient = norm.out.gradient().floats;
    arithmetic.pass(gradient, norm.skip.gradient().floats, slice.base, norm.in.plane(), true);
  }
}
