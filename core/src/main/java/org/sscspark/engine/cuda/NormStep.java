package org.sscspark.engine.cuda;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout.Role;

/**
 * Batch normalisation, with the addition of a skip connection and the rectifier that follow it: one
 * pass for statistics and one for everything else, and two backward.
 */
final class NormStep implements Step {
  private static final int ROWS = 8;
  private static final int CHANNELS_OF_BLOCK = 4;
  private static final int THREADS = 128;
  private static final int FEWEST_UNITS = 32;
  private static final int MOST_SPLITS = 64;

  private final Machine machine;
  private final Value in;
  private final Value skip;
  private final Value out;
  private final boolean rectified;
  private final float epsilon;
  private final float momentum;
  private final int scale;
  private final int shift;
  private final int runningMean;
  private final int runningVariance;
  private final int unitsOfSplit;

  /** [channel] {mean, inverse deviation} of the current minibatch. */
  private final DeviceMemory moments;

  /** [channel] {slope, constant} of the input's gradient. */
  private final DeviceMemory slopes;

  private boolean addsToInput;
  private boolean addsToSkip;

  /**
   * @param skip what is added to the normalised values; null for nothing
   */
  NormStep(Machine machine, Op.BatchNorm op, Value in, Value skip, Value out, boolean rectified) {
    this.machine = machine;
    this.in = in;
    this.skip = skip;
    this.out = out;
    this.rectified = rectified;
    this.epsilon = op.epsilon();
    this.momentum = op.momentum();
    this.scale = machine.layout.segment(op.name(), Role.SCALE).offset();
    this.shift = machine.layout.segment(op.name(), Role.SHIFT).offset();
    this.runningMean = machine.layout.segment(op.name(), Role.MEAN).offset();
    this.runningVariance = machine.layout.segment(op.name(), Role.VARIANCE).offset();
    int units = in.layout.positions() * machine.batch.mostChunks();
    this.unitsOfSplit = Math.max(FEWEST_UNITS, Grid.ceilDiv(units, MOST_SPLITS));
    this.moments = machine.stream.allocateWords(2L * op.channels());
    this.slopes = machine.stream.allocateWords(2L * op.channels());
    machine.reservePartialSums(2L * op.channels() * Grid.ceilDiv(units, unitsOfSplit));
  }

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients() {
    if (skip == null) {
      addsToInput = in.claimGradientOf(out);
    } else {
      addsToInput = in.claimGradient();
      addsToSkip = skip.claimGradientOf(out);
    }
  }

  private int units() {
    return in.layout.positions() * machine.batch.chunks();
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
    if (machine.batch.mode() == BatchNormMode.RUNNING) {
      machine.stream.launch(
          "norm_running_moments",
          Grid.ofThreads(in.channels(), THREADS),
          machine.parameters.from(runningMean),
          machine.parameters.from(runningVariance),
          moments,
          in.channels(),
          epsilon);
    } else {
      batchMoments();
    }
    machine.stream.launch(
        "norm_apply",
        machine.planeGrid(in.layout),
        in.inside(),
        skip == null ? DeviceMemory.NONE : skip.inside(),
        out.inside(),
        moments,
        machine.parameters.from(scale),
        machine.parameters.from(shift),
        in.layout.plane(),
        Machine.flag(rectified));
  }

  private void batchMoments() {
    machine.stream.launch(
        "norm_sums",
        gridOfSums(),
        in.inside(),
        machine.partialSums(),
        in.layout.plane(),
        machine.batch.count(),
        units(),
        unitsOfSplit);
    machine.stream.launch(
        "norm_moments",
        gridOfChannels(),
        in.inside(),
        machine.partialSums(),
        moments,
        machine.parameters.from(runningMean),
        machine.parameters.from(runningVariance),
        in.layout.plane(),
        in.channels(),
        splits(),
        machine.batch.count(),
        epsilon,
        machine.batch.mode() == BatchNormMode.BATCH_AND_UPDATE ? momentum : 0f);
  }

  @Override
  public void backward() {
    // With a skip connection only the output tells where the rectifier was open.
    boolean masksByOutput = rectified && skip != null;
    machine.stream.launch(
        "norm_gradient_sums",
        gridOfSums(),
        out.gradientInside(),
        masksByOutput ? out.inside() : DeviceMemory.NONE,
        in.inside(),
        machine.partialSums(),
        moments,
        machine.parameters.from(scale),
        machine.parameters.from(shift),
        in.layout.plane(),
        Machine.flag(rectified),
        units(),
        unitsOfSplit);
    machine.stream.launch(
        "norm_slopes",
        gridOfChannels(),
        machine.partialSums(),
        moments,
        machine.parameters.from(scale),
        machine.gradients.from(scale),
        machine.gradients.from(shift),
        slopes,
        in.channels(),
        splits(),
        machine.batch.count(),
        in.layout.positions(),
        Machine.flag(machine.batch.mode() != BatchNormMode.RUNNING));
    machine.stream.launch(
        "norm_gradient",
        machine.planeGrid(in.layout),
        out.gradientInside(),
        in.inside(),
        in.gradientInside(),
        skip != null && addsToSkip ? skip.gradientInside() : DeviceMemory.NONE,
        moments,
        machine.parameters.from(scale),
        machine.parameters.from(shift),
        slopes,
        in.layout.plane(),
        Machine.flag(rectified && skip == null),
        machine.batch.count(),
        Machine.flag(addsToInput));
  }

  @Override
  public Cost forwardCost() {
    return Cost.ofPasses(skip == null ? 3 : 4, in.layout);
  }

  @Override
  public Cost backwardCost() {
    return Cost.ofPasses(skip == null ? 5 : 7, in.layout);
  }
}
