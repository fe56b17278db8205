package org.sscspark.engine.lane;

/** A rectifier that no batch normalisation precedes. Input and output have one layout. */
final class ReluStep extends PlaneStep {
  ReluStep(LaneWorkspace workspace, LaneValue in, LaneValue out, boolean addsToInput) {
    super(workspace, in, out, addsToInput);
  }

  @Override
  void forward(int from, int to) {
    workspace.arithmetic.relu(in.data().floats, out.data().floats, to, out.plane());
  }

  @Override
  void backward(int from, int to) {
    workspace.arithmetic.reluGradient(
        out.gradient().floats,
        out.data().floats,
        in.gradient().floats,
        to,
        out.plane(),
        addsToInput);
  }
}
