package org.sscspark.engine.lane;

/** The mean of each channel. */
final class GlobalAveragePoolStep extends PlaneStep {
  private final float share;

  GlobalAveragePoolStep(Machine machine, Value in, Value out) {
    super(machine, in, out);
    this.share = 1f / in.plane.length;
  }

  @Override
  void forward(int from, int to) {
    machine.arithmetic.sum(in.data, from, in.plane, out.data, to);
    for (int lane = 0; lane < machine.lanes(); lane++) {
      out.data[to + lane] *= share;
    }
  }

  @Override
  void backward(int from, int to, boolean addsToInput) {
    machine.arithmetic.spread(out.gradient, to, share, in.gradient, from, in.plane, addsToInput);
  }
}
