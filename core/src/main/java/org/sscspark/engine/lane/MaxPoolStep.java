package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.network.Op;

/** The largest value of each window; of equals the first, row by row, takes the gradient. */
final class MaxPoolStep extends PlaneStep {
  private final LanePool pool;

  MaxPoolStep(
      LaneWorkspace workspace, Op.MaxPool op, LaneValue in, LaneValue out, boolean addsToInput) {
    super(workspace, in, out, addsToInput);
    this.pool = LanePool.of(this.in, this.out, op.size(), op.stride(), op.padding());
  }

  @Override
  void forward(int from, int to) {
    workspace.arithmetic.maxPool(pool, from, to);
  }

  @Override
  void backward(int from, int to) {
    boolean clears = !addsToInput && !pool.windows().tile();
    if (clears) {
      float[] gradient = in.gradient().floats;
      for (int position : in.plane()) {
        Arrays.fill(gradient, from + position, from + position + workspace.lanes(), 0);
      }
    }
    workspace.arithmetic.maxPoolGradient(pool, from, to, addsToInput || clears);
  }
}
