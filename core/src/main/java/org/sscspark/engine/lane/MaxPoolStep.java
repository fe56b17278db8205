package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.network.Op;

/** The largest value of each window; of equals the first, row by row, takes the gradient. */
final class MaxPoolStep extends PlaneStep {
  private final Windows windows;

  /** For each value of the output, the input position that it came from, relative to the plane. */
  private final int[] winners;

  MaxPoolStep(Machine machine, Op.MaxPool op, Value in, Value out) {
    super(machine, in, out);
    this.windows = Windows.of(in.layout, out.layout.shape(), op.size(), op.stride(), op.padding());
    this.winners = new int[out.layout.length()];
  }

  @Override
  void forward(int from, int to) {
    int lanes = machine.lanes();
    for (int i = 0; i < out.plane.length; i++) {
      int at = to + out.plane[i];
      Arrays.fill(out.data, at, at + lanes, Float.NEGATIVE_INFINITY);
      Arrays.fill(winners, at, at + lanes, windows.positions()[windows.first()[i]]);
      for (int w = windows.first()[i]; w < windows.first()[i + 1]; w++) {
        int position = windows.positions()[w];
        for (int lane = 0; lane < lanes; lane++) {
          float value = in.data[from + position + lane];
          if (!(value <= out.data[at + lane])) {
            out.data[at + lane] = value;
            winners[at + lane] = position;
          }
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
    for (int position : out.plane) {
      for (int lane = 0; lane < lanes; lane++) {
        int at = to + position + lane;
        in.gradient[from + winners[at] + lane] += out.gradient[at];
      }
    }
  }
}
