package org.sscspark.engine.cuda;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.plan.NormPlan;

/**
 * Batch normalisation, with the addition of a skip connection and the rectifier that follow it: one
 * pass for statistics and one for everything else, and two backward.
 */
final class CudaNormStep implements CudaStep {
  private static final int ROWS = 8;
  private static final int CHANNELS_OF_BLOCK = 4;
  private static final int THREADS = 128;
  private static final int FEWEST_UNITS = 32;
  private static final int MOST_SPLITS = 64;

  private final CudaWorkspace workspace;
  private final CudaValue in;
  private final CudaValue skip;
  private final CudaValue out;
  private final NormPlan plan;
  private final Adds adds;
  private final int unitsOfSplit;

  /** [channel] {mean, 1 / std} of the current minibatch. */
  private final DeviceMemory moments;

  /** [channel] {slope, constant} of the input's gradient. */
  private final DeviceMemory slopes;

  /** Whether backward adds to the gradients of its operands. */
  record Adds(boolean toInput, boolean toSkip) {}

  /**
   * Makes the step.
   *
   * @param skip what is added to the normalised values; null for nothing
   */
  CudaNormStep(
      CudaWorkspace workspace,
      NormPlan plan,
      CudaValue in,
      CudaValue skip,
      CudaValue out,
      Adds adds) {
    this.workspace = workspace;
    this.in = in;
    this.skip = skip;
    this.out = out;
    this.plan = plan;
    this.adds = adds;
    int units = in.layout().positions() * workspace.batch.mostChunks();
    this.unitsOfSplit = Math.max(FEWEST_UNITS, Grid.ceilDiv(units, MOST_SPLITS));
    this.moments = workspace.stream.allocateWords(2L * in.channels());
    this.slopes = workspace.stream.allocateWords(2L * in.channels());
    workspace.reservePartialSums(2L * in.channels() * Grid.ceilDiv(units, unitsOfSplit));
  }

  private int units() {
    return in.layout().positions() * workspace.batch.chunks();
  }

  private int splits() {
    return Grid.ceilDiv(units(), unitsOfSplit);
  }

  private Grid gridOfSums() {
    return Grid.ofWarps(splits(), in.channels(), 1, ROWS);
  }

  private Grid gridOfChannels() {
    return Grid.ofWarps(Grid.ceilDiv(in.channels(), CHANNELS_OF_BLOCK), 1, 1, CHANNELS_OF_BLOCK);
  }

  @Override
  public void forward() {
    if (workspace.batch.mode() == BatchNormMode.RUNNING) {
      workspace.stream.launch(
          "norm_running_moments",
          Grid.ofThreads(in.channels(), THREADS),
          workspace.parameters.from(plan.mean()),
          workspace.parameters.from(plan.variance()),
          moments,
          in.channels(),
          plan.epsilon());
    } else {
      batchMoments();
    }
    workspace.stream.launch(
        "norm_apply",
        workspace.planeGrid(in.layout()),
        in.inside(),
        skip == null ? DeviceMemory.NONE : skip.inside(),
        out.inside(),
        moments,
        workspace.parameters.from(plan.scale()),
        workspace.parameters.from(plan.shift()),
        in.layout().plane(),
        CudaWorkspace.flag(plan.rectified()));
  }

  private void batchMoments() {
    workspace.stream.launch(
        "norm_sums",
        gridOfSums(),
        in.inside(),
        workspace.partialSums(),
        in.layout().plane(),
        workspace.batch.count(),
        units(),
        unitsOfSplit);
    workspace.stream.launch(
        "norm_moments",
        gridOfChannels(),
        in.inside(),
        workspace.partialSums(),
        moments,
        workspace.parameters.from(plan.mean()),
        workspace.parameters.from(plan.variance()),
        in.layout().plane(),
        in.channels(),
        splits(),
        workspace.batch.count(),
        plan.epsilon(),
        workspace.batch.mode() == BatchNormMode.BATCH_AND_UPDATE ? plan.momentum() : 0f);
  }

  @Override
  public void backward() {
    // With a skip connection only the output tells where the rectifier was open.
    boolean masksByOutput = plan.rectified() && skip != null;
    workspace.stream.launch(
        "norm_gradient_sums",
        gridOfSums(),
        out.gradientInside(),
        masksByOutput ? out.inside() : DeviceMemory.NONE,
        in.inside(),
        workspace.partialSums(),
        moments,
        workspace.parameters.from(plan.scale()),
        workspace.parameters.from(plan.shift()),
        in.layout().plane(),
        CudaWorkspace.flag(plan.rectified()),
        units(),
        unitsOfSplit);
    workspace.stream.launch(
        "norm_slopes",
        gridOfChannels(),
        workspace.partialSums(),
        moments,
        workspace.parameters.from(plan.scale()),
        workspace.gradients.from(plan.scale()),
        workspace.gradients.from(plan.shift()),
        slopes,
        in.channels(),
        splits(),
        workspace.batch.count(),
        in.layout().positions(),
        CudaWorkspace.flag(workspace.batch.mode() != BatchNormMode.RUNNING));
    workspace.stream.launch(
        "norm_gradient",
        workspace.planeGrid(in.layout()),
        out.gradientInside(),
        in.inside(),
        in.gradientInside(),
        skip != null && adds.toSkip() ? skip.gradientInside() : DeviceMemory.NONE,
        moments,
        workspace.parameters.from(plan.scale()),
        workspace.parameters.from(plan.shift()),
        slopes,
        in.layout().plane(),
        CudaWorkspace.flag(plan.rectified() && skip == null),
        workspace.batch.count(),
        CudaWorkspace.flag(adds.toInput()));
  }

  @Override
  public Cost forwardCost() {
    return Cost.ofPasses(skip == null ? 3 : 4, in.layout());
  }

  @Override
  public Cost backwardCost() {
    return Cost.ofPasses(skip == null ? 5 : 7, in.layout());
  }
}
