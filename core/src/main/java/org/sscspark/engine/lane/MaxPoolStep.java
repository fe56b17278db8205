package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.network.Op;

/** The largest value of each window; of equals the first, row by row, takes the gradient. */
final class MaxPoolStep extends PlaneStep {
  private final Windows windows;

  MaxPoolStep(Machine machine, Op.MaxPool op, Value in, Value out) {
    super(machine, in, out);
    this.windows = Windows.of(in.layout, out.layout.shape(), op.size(), op.stride(), op.padding());
  }

  @Override
  void forward(int from, int to) {
    machine.arithmetic.maxPool(windows, in.data, from, out.data, to, out.plane);
  }

  @Override
  void backward(int from, int to, boolean addsToInput) {
    if (!addsToInput && !windows.tile()) {
      for (int position : in.plane) {
        Arrays.fill(in.gradient, from + position, from + position + machine.lanes(), 0);
      }
    }
    machine.arithmetic.maxPoolGradient(
        windows,
        in.data,
        in.gradient,
        from,
        out.data,
        out.gradient,
        to,
        out.plane,
        addsToInput || !windows.tile());
  }
}
