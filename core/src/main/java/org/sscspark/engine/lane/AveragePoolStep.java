package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.network.Op;

/** The mean of each window. */
final class AveragePoolStep extends PlaneStep {
  private final Windows windows;
  private final float share;

  AveragePoolStep(Machine machine, Op.AveragePool op, Value in, Value out) {
    super(machine, in, out);
    this.windows = Windows.of(in.layout, out.layout.shape(), op.size(), op.stride(), 0);
    this.share = 1f / (op.size() * op.size());
  }

  @Override
  void forward(int from, int to) {
    int lanes = machine.lanes();
    for (int i = 0; i < out.plane.length; i++) {
      int at = to + out.plane[i];
      Arrays.fill(out.data, at, at + lanes, 0);
      for (int w = windows.first()[i]; w < windows.first()[i + 1]; w++) {
        int position = windows.positions()[w];
        for (int lane = 0; lane < lanes; lane++) {
          out.data[at + lane] += in.data[from + position + lane] * share;
        }
      }
    }
  }

  @Override
  void backward(int from, int to, boolean addsToInput) {
    int lanes = machine.lanes();
    if (!addsToInput) {
      for (int position : in.plane) {
        Arrays.fill(in.gradient, from + position, from + position + lanes, 0);
      }
    }
    for (int i = 0; i < out.plane.length; i++) {
      int at = to + out.plane[i];
      for (int w = windows.first()[i]; w < windows.first()[i + 1]; w++) {
        int position = windows.positions()[w];
        for (int lane = 0; lane < lanes; lane++) {
          in.gradient[from + position + lane] += out.gradient[at + lane] * share;
        }
      }
    }
  }
}
