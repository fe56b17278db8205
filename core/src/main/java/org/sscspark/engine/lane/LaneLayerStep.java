package org.sscspark.engine.lane;

import java.util.List;
import java.util.Optional;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.LayerStep;
import org.sscspark.engine.plan.PlannedStep;

/** A convolution, or a fully connected layer as a pointwise one over all features. */
final class LaneLayerStep implements LayerStep {
  /** Positions are shared out to threads in such units, so that register blocks stay whole. */
  private static final int UNIT = 8;

  private final LaneWorkspace workspace;
  private final LaneBuffer outGradient;
  private final int biases;
  private final LaneCorrelation forward;
  private final Optional<LaneWeightGradient> weightGradient;
  private final List<LaneCorrelation> backward;
  private final WorkerThreads.Work packForward = this::packForward;
  private final WorkerThreads.Work packBackward = this::packBackward;
  private final WorkerThreads.Work runForward = this::runForward;
  private final WorkerThreads.Work runParameters = this::runParameters;
  private final WorkerThreads.Work runBackward = this::runBackward;
  private final boolean addsToInput;

  LaneLayerStep(
      LaneWorkspace workspace, LayerPlan plan, LaneValue in, LaneValue out, PlannedStep step) {
    this.workspace = workspace;
    this.outGradient = out.gradient();
    this.biases = plan.biases();
    this.addsToInput = step.in().addsGradient();
    this.forward =
        new LaneCorrelation(workspace, plan.forward(), in.data(), out.data(), /* near= */ false);
    this.backward =
        (step.live() ? plan.backward() : List.<LayerPlan.Sums>of())
            .stream()
                .map(
                    sums ->
                        new LaneCorrelation(
                            workspace, sums, out.gradient(), in.gradient(), /* near= */ false))
                .toList();
    this.weightGradient =
        step.live()
            ? Optional.of(
                LaneWeightGradient.of(workspace, plan.forward(), in.data(), out.gradient()))
            : Optional.empty();
  }

  @Override
  public void forward() {
    workspace.threads.run(packForward);
    workspace.threads.run(runForward);
  }

  private void packForward(int part, int parts) {
    forward.pack(workspace.values, part, parts);
  }

  private void packBackward(int part, int parts) {
    for (int i = 0; i < backward.size(); i++) {
      backward.get(i).pack(workspace.values, part, parts);
    }
  }

  private void runForward(int part, int parts) {
    run(forward, part, parts, /* accumulate= */ false);
  }

  private void run(LaneCorrelation plan, int part, int parts, boolean accumulate) {
    int positions = plan.positionsPerBlock * workspace.batch.blocks();
    int units = (positions + UNIT - 1) / UNIT;
    int first = WorkerThreads.start(units, part, parts) * UNIT;
    int last = Math.min(positions, WorkerThreads.end(units, part, parts) * UNIT);
    workspace.arithmetic.correlate(plan, first, last, accumulate);
  }

  @Override
  public void backwardParameters() {
    workspace.threads.run(runParameters);
  }

  @Override
  public void backwardInput() {
    workspace.threads.run(packBackward);
    workspace.threads.run(runBackward);
  }

  private void runParameters(int part, int parts) {
    LaneWeightGradient sums = weightGradient.orElseThrow();
    sums.run(
        workspace,
        workspace.weightSums(part),
        WorkerThreads.start(sums.units(), part, parts),
        WorkerThreads.end(sums.units(), part, parts));
    if (biases != LayerPlan.NONE) {
      int last = WorkerThreads.end(outGradient.channels(), part, parts);
      for (int f = WorkerThreads.start(outGradient.channels(), part, parts); f < last; f++) {
        workspace.gradients[biases + f] = biasGradient(f, workspace.scratch(part));
      }
    }
  }

  private float biasGradient(int filter, float[] scratch) {
    double gradient = 0;
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      int base = outGradient.layout.plane(block, filter);
      workspace.arithmetic.sum(outGradient.floats, base, outGradient.plane, scratch, 0);
      gradient += LaneSums.of(scratch, 0, workspace.lanes());
    }
    return (float) gradient;
  }

  private void runBackward(int part, int parts) {
    for (int i = 0; i < backward.size(); i++) {
      run(backward.get(i), part, parts, addsToInput);
    }
  }
}
