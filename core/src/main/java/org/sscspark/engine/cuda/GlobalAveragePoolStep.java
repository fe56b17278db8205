package org.sscspark.engine.cuda;

/** The mean of each channel. */
final class GlobalAveragePoolStep extends PlaneStep {
  private static final int ROWS = 8;

  GlobalAveragePoolStep(Machine machine, Value in, Value out) {
    super(machine, in, out);
  }

  @Override
  public void forward() {
    machine.stream.launch(
        "global_pool",
        Grid.ofWarps(in.channels(), machine.batch.chunks(), 1, ROWS),
        in.inside(),
        out.inside(),
        in.layout.plane(),
        out.layout.plane());
  }

  @Override
  void backward(int accumulate) {
    machine.stream.launch(
        "global_pool_gradient",
        machine.planeGrid(in.layout),
        out.gradientInside(),
        in.gradientInside(),
        in.layout.plane(),
        out.layout.plane(),
        accumulate);
  }

  @Override
  public Cost forwardCost() {
    return new Cost((long) in.layout.shape().size() + out.layout.shape().size(), 0);
  }

  @Override
  public Cost backwardCost() {
    return forwardCost();
  }
}
