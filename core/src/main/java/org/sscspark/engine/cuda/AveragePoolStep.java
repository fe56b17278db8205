package org.sscspark.engine.cuda;

import org.sscspark.network.Op;

/** The mean of each window. */
final class AveragePoolStep extends PlaneStep {
  private final int[] window;

  AveragePoolStep(Machine machine, Op.AveragePool op, Value in, Value out) {
    super(machine, in, out);
    this.window = new int[] {op.size(), op.stride(), 0};
  }

  @Override
  public void forward() {
    machine.stream.launch(
        "average_pool",
        machine.planeGrid(out.layout),
        in.inside(),
        out.inside(),
        in.layout.plane(),
        out.layout.plane(),
        window);
  }

  @Override
  void backward(int accumulate) {
    machine.stream.launch(
        "average_pool_gradient",
        machine.planeGrid(in.layout),
        out.gradientInside(),
        in.gradientInside(),
        in.layout.plane(),
        out.layout.plane(),
        window,
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
