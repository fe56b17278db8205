package org.sscspark.engine.lane;

/** The mean of each channel. */
final class GlobalAveragePoolStep extends PlaneStep {
  private final float share;

  GlobalAveragePoolStep(LaneWorkspace workspace, LaneValue in, LaneValue out, boolean addsToInput) {
    super(workspace, in, out, addsToInput);
    this.share = 1f / in.plane().length;
  }

  @Override
  void forward(int from, int to) {
    float[] means = out.data().floats;
    workspace.arithmetic.sum(in.data().floats, from, in.plane(), means, to);
    for (int lane = 0; lane < workspace.lanes(); lane++) {
      means[to + lane] *= share;
    }
  }

  @Override
  void backward(int from, int to) {
    workspace.arithmetic.spread(
        out.gradient().floats, to, share, in.gradient().floats, from, in.plane(), addsToInput);
  }
}
