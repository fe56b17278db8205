package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.network.Op;

/** The mean of each window. */
final class AveragePoolStep extends PlaneStep {
  private final Windows windows;
  private final float share;

  AveragePoolStep(
      LaneWorkspace workspace,
      Op.AveragePool op,
      LaneValue in,
      LaneValue out,
      boolean addsToInput) {
    super(workspace, in, out, addsToInput);
    this.windows = Windows.of(in.layout(), out.layout().shape(), op.size(), op.stride(), 0);
    this.share = 1f / (op.size() * op.size());
  }

  @Override
  void forward(int from, int to) {
    int lanes = workspace.lanes();
    float[] values = in.data().floats;
    float[] means = out.data().floats;
    for (int i = 0; i < out.plane().length; i++) {
      int at = to + out.plane()[i];
      Arrays.fill(means, at, at + lanes, 0);
      for (int w = windows.first()[i]; w < windows.first()[i + 1]; w++) {
        int position = windows.positions()[w];
        for (int lane = 0; lane < lanes; lane++) {
          means[at + lane] += values[from + position + lane] * share;
        }
      }
    }
  }

  @Override
  void backward(int from, int to) {
    int lanes = workspace.lanes();
    float[] gradient = in.gradient().floats;
    float[] outGradient = out.gradient().floats;
    if (!addsToInput) {
      for (int position : in.plane()) {
        Arrays.fill(gradient, from + position, from + position + lanes, 0);
      }
    }
    for (int i = 0; i < out.plane().length; i++) {
      int at = to + out.plane()[i];
      for (int w = windows.first()[i]; w < windows.first()[i + 1]; w++) {
        int position = windows.positions()[w];
        for (int lane = 0; lane < lanes; lane++) {
          gradient[from + position + lane] += outGradient[at + lane] * share;
        }
      }
    }
  }
}
