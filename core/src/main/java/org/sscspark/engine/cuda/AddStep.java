package org.sscspark.engine.cuda;

/** A sum of two values that is not fused into a {@link NormStep}. All have one layout. */
final class AddStep implements Step {
  private final Machine machine;
  private final Value left;
  private final Value right;
  private final Value out;
  private boolean addsToLeft;
  private boolean addsToRight;

  AddStep(Machine machine, Value left, Value right, Value out) {
    this.machine = machine;
    this.left = left;
    this.right = right;
    this.out = out;
  }

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients() {
    addsToLeft = left.claimGradient();
    addsToRight = right.claimGradient();
  }

  @Override
  public void forward() {
    machine.stream.launch(
        "add",
        machine.planeGrid(out.layout),
        left.inside(),
        right.inside(),
        out.inside(),
        out.layout.plane());
  }

  @Override
  public void backward() {
    pass(left, addsToLeft);
    pass(right, addsToRight);
  }

  private void pass(Value operand, boolean accumulate) {
    machine.stream.launch(
        "pass_gradient",
        machine.planeGrid(out.layout),
        out.gradientInside(),
        operand.gradientInside(),
        out.layout.plane(),
        Machine.flag(accumulate));
  }

  @Override
  public Cost forwardCost() {
    return Cost.ofPasses(3, out.layout);
  }

  @Override
  public Cost backwardCost() {
    return Cost.ofPasses(3, out.layout);
  }
}
