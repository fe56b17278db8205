package org.sscspark.engine.cuda;

import org.sscspark.network.Op;

/** The largest value of each window; of equals the first, row by row, takes the gradient. */
final class MaxPoolStep extends PlaneStep {
  private final int[] window;

  /** [channel][position][image]: the cell of the window that the value came from. */
  private final DeviceMemory winners;

  MaxPoolStep(Machine machine, Op.MaxPool op, Value in, Value out) {
    super(machine, in, out);
    this.window = new int[] {op.size(), op.stride(), op.padding()};
    this.winners =
        machine.stream.allocateWords(
            (long) out.channels() * out.layout.positions() * out.layout.images());
  }

  @Override
  public void forward() {
    machine.stream.launch(
        "max_pool",
        machine.planeGrid(out.layout),
        in.inside(),
        out.inside(),
        winners,
        in.layout.plane(),
        out.layout.plane(),
        window);
  }

  @Override
  void backward(int accumulate) {
    machine.stream.launch(
        "max_pool_gradient",
        machine.planeGrid(in.layout),
        out.gradientInside(),
        winners,
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
