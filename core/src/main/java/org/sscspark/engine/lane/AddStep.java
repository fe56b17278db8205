package org.sscspark.engine.lane;

/** A sum of two values that is not fused into a {@link NormStep}. All have one layout. */
final class AddStep extends PlaneStep {
  private final Value right;
  private boolean addsToRight;

  AddStep(Machine machine, Value left, Value right, Value out) {
    super(machine, left, out);
    this.right = right;
  }

  @Override
  public void claimGradients(GradientBuffers buffers) {
    super.claimGradients(buffers);
    addsToRight = buffers.claim(right);
  }

  @Override
  void forward(int from, int to) {
    machine.arithmetic.add(in.data, right.data, out.data, to, out.plane);
  }

  @Override
  void backward(int from, int to, boolean addsToInput) {
    machine.arithmetic.pass(out.gradient, in.gradient, to, out.plane, addsToInput);
    machine.arithmetic.pass(out.gradient, right.gradient, to, out.plane, addsToRight);
  }
}
