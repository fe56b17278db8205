package org.sscspark.engine.lane;

/** A sum of two values that is not fused into a {@link LaneNormStep}. All have one layout. */
final class AddStep extends PlaneStep {
  private final LaneValue right;
  private final boolean addsToRight;

  AddStep(
      LaneWorkspace workspace,
      LaneValue left,
      LaneValue right,
      LaneValue out,
      boolean addsToLeft,
      boolean addsToRight) {
    super(workspace, left, out, addsToLeft);
    this.right = right;
    this.addsToRight = addsToRight;
  }

  @Override
  void forward(int from, int to) {
    workspace.arithmetic.add(
        in.data().floats, right.data().floats, out.data().floats, to, out.plane());
  }

  @Override
  void backward(int from, int to) {
    float[] gradient = out.gradient().floats;
    workspace.arithmetic.pass(gradient, in.gradient().floats, to, out.plane(), addsToInput);
    workspace.arithmetic.pass(gradient, right.gradient().floats, to, out.plane(), addsToRight);
  }
}
