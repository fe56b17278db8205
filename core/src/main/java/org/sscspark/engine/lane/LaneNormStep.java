package org.sscspark.engine.lane;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.plan.Bands;
import org.sscspark.engine.plan.NormPlan;
import org.sscspark.engine.plan.Step;

/**
 * Batch normalisation, with the addition of a skip connection and the rectifier that follow it: one
 * pass for statistics and one for everything else, and two backward. Threads share out channels: a
 * channel's planes are still in the cache when its second pass reads them.
 *
 * <p>Layers that run band by band do a pass in its stead, slice by slice: each of the four methods
 * for a slice is half of a pass, forward or backward.
 */
final class LaneNormStep implements Step {
  /** Vectors of sums for each channel and block of examples, at most. */
  private static final int VECTORS = 5;

  private final LaneWorkspace workspace;
  private final NormPlan plan;
  private final LaneNorm norm;
  private final LaneBuffer in;
  private final boolean addsToSkip;
  private final Bands.Norm bands;
  private final double[] inverseStd;

  /** Blocks of examples that buffers hold. */
  private final int blocks;

  /** What layers sum band by band: [channel][block][vector][lane]. */
  private final float[] banded;

  private final WorkerThreads.Work runForward = this::runForward;
  private final WorkerThreads.Work runBackward = this::runBackward;

  LaneNormStep(
      LaneWorkspace workspace, NormPlan plan, LaneNorm norm, boolean addsToSkip, Bands.Norm bands) {
    this.workspace = workspace;
    this.plan = plan;
    this.norm = norm;
    this.in = norm.in.data();
    this.addsToSkip = addsToSkip;
    this.bands = bands;
    this.inverseStd = new double[in.channels()];
    this.blocks = in.layout.blocks();
    int sums = Math.multiplyExact(blocks, VECTORS * workspace.lanes());
    workspace.reserveScratch(sums);
    this.banded =
        new float
            [bands.behindLayer() || bands.aheadOfLayer()
                ? Math.multiplyExact(in.channels(), sums)
                : 0];
  }

  /** The sums of a channel, of a thread where no layer sums them. */
  private float[] sums(boolean byLayer, int part) {
    return byLayer ? banded : workspace.scratch(part);
  }

  private int sumsAt(boolean byLayer, int c, int block) {
    return ((byLayer ? c * blocks : 0) + block) * VECTORS * workspace.lanes();
  }

  @Override
  public void forward() {
    workspace.threads.run(runForward);
  }

  private void runForward(int part, int parts) {
    float[] parameters = workspace.values;
    LaneSlice slice = workspace.slice(part);
    float[] sums = sums(bands.behindLayer(), part);
    int last = WorkerThreads.end(inverseStd.length, part, parts);
    for (int c = WorkerThreads.start(inverseStd.length, part, parts); c < last; c++) {
      if (workspace.batch.mode() == BatchNormMode.RUNNING) {
        norm.mean[c] = parameters[plan.mean() + c];
        inverseStd[c] = 1 / Math.sqrt((double) parameters[plan.variance() + c] + plan.epsilon());
      } else {
        for (int block = 0; block < workspace.batch.blocks() && !bands.behindLayer(); block++) {
          int at = sumsAt(false, c, block);
          workspace.arithmetic.moments(in, slice.plane(in, block, c), sums, at);
        }
        batchStatistics(c, sums);
      }
      norm.scale[c] = (float) (parameters[plan.scale() + c] * inverseStd[c]);
      norm.shift[c] = parameters[plan.shift() + c];
      for (int block = 0; block < workspace.batch.blocks() && !bands.aheadOfLayer(); block++) {
        normalize(slice.plane(in, block, c), norm.out.data());
      }
    }
  }

  /**
   * Takes a slice of the input: stores it, if it is not there yet, and adds it to the statistics of
   * the minibatch.
   *
   * @param computed the input, or a window of floats
   */
  void takeInput(LaneBuffer computed, LaneSlice slice) {
    int at = sumsAt(true, slice.channel, slice.block);
    boolean sums = workspace.batch.mode() != BatchNormMode.RUNNING;
    if (computed != in && sums) {
      workspace.arithmetic.halveWithMoments(computed, in, slice, banded, at);
    } else if (computed != in) {
      workspace.arithmetic.copy(computed, slice, in, slice);
    } else if (sums) {
      workspace.arithmetic.moments(in, slice, banded, at);
    }
  }

  /** Computes a slice of the output, once the statistics are known. */
  void normalize(LaneSlice slice, LaneBuffer target) {
    workspace.arithmetic.normalize(norm, slice, target);
  }

  /**
   * Each lane's mean and variance come from sums of differences to the lane's first value, which
   * lose nothing to cancellation; they are combined in double precision.
   */
  private void batchStatistics(int c, float[] sums) {
    int lanes = workspace.lanes();
    double values = in.plane.length;
    double sumOfMeans = 0;
    double sumOfSquaredMeans = 0;
    double squares = 0;
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      int at = sumsAt(bands.behindLayer(), c, block);
      for (int lane = at; lane < at + workspace.batch.lanes(block); lane++) {
        double difference = (sums[lane + lanes] + sums[lane + 2 * lanes]) / values;
        double laneMean = sums[lane] + difference;
        sumOfMeans += laneMean;
        sumOfSquaredMeans += laneMean * laneMean;
        float squaredDifferences = sums[lane + 3 * lanes] + sums[lane + 4 * lanes];
        squares += squaredDifferences - values * difference * difference;
      }
    }
    double count = workspace.batch.count();
    double batchMean = sumOfMeans / count;
    squares += values * (sumOfSquaredMeans - count * batchMean * batchMean);
    double batchVariance = Math.max(0, squares / (count * values));
    norm.mean[c] = (float) batchMean;
    inverseStd[c] = 1 / Math.sqrt(batchVariance + plan.epsilon());
    if (workspace.batch.mode() == BatchNormMode.BATCH_AND_UPDATE) {
      // The unbiased variance; a single value has none, and keeps the biased one, zero.
      double unbiased = squares / Math.max(1, count * values - 1);
      move(plan.mean() + c, batchMean);
      move(plan.variance() + c, Math.max(0, unbiased));
    }
  }

  private void move(int parameter, double target) {
    double value = workspace.values[parameter];
    workspace.values[parameter] = (float) (value + plan.momentum() * (target - value));
  }

  @Override
  public void backward() {
    workspace.threads.run(runBackward);
  }

  private void runBackward(int part, int parts) {
    LaneSlice slice = workspace.slice(part);
    float[] sums = sums(bands.aheadOfLayer(), part);
    int last = WorkerThreads.end(inverseStd.length, part, parts);
    for (int c = WorkerThreads.start(inverseStd.length, part, parts); c < last; c++) {
      for (int block = 0; block < workspace.batch.blocks() && !bands.aheadOfLayer(); block++) {
        gradientSums(slice.plane(in, block, c), sums);
      }
      parameterGradients(c, sums);
      for (int block = 0; block < workspace.batch.blocks(); block++) {
        slice.plane(in, block, c);
        if (!bands.behindLayer()) {
          inputGradient(slice, norm.in.gradient());
        }
        if (addsToSkip) {
          workspace.arithmetic.addTo(norm.out.gradient(), norm.skip.gradient(), slice);
        }
      }
    }
  }

  /**
   * Takes a slice of the output's gradient, once it is complete: stores it, if it is not there yet,
   * and adds it to the sums that the input's gradient needs.
   *
   * @param computed the output's gradient, or a window of floats
   */
  void takeGradient(LaneBuffer computed, LaneSlice slice) {
    if (computed == norm.out.gradient()) {
      gradientSums(slice, banded);
    } else {
      workspace.arithmetic.halveWithSums(
          norm, computed, slice, banded, sumsAt(true, slice.channel, slice.block));
    }
  }

  private void gradientSums(LaneSlice slice, float[] sums) {
    int at = sumsAt(bands.aheadOfLayer(), slice.channel, slice.block);
    if (norm.masks()) {
      workspace.arithmetic.maskAndSum(norm, slice, sums, at);
    } else {
      workspace.arithmetic.sumWhereAbove(norm, slice, sums, at);
    }
  }

  private void parameterGradients(int c, float[] sums) {
    int lanes = workspace.lanes();
    double sum = 0;
    double products = 0;
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      int at = sumsAt(bands.aheadOfLayer(), c, block);
      sum += LaneSums.ofTwo(sums, at, lanes);
      products += LaneSums.ofTwo(sums, at + 2 * lanes, lanes);
    }
    workspace.gradients[plan.scale() + c] = (float) (products * inverseStd[c]);
    workspace.gradients[plan.shift() + c] = (float) sum;

    // The statistics of the batch move with x, so dx loses its mean and its part along x.
    double exactScale = workspace.values[plan.scale() + c] * inverseStd[c];
    double count = (double) workspace.batch.count() * in.plane.length;
    boolean moving = workspace.batch.mode() != BatchNormMode.RUNNING;
    double along = -exactScale * inverseStd[c] * inverseStd[c] * products / count;
    norm.slope[c] = moving ? (float) along : 0;
    norm.offset[c] = moving ? (float) (-exactScale * sum / count) : 0;
  }

  /** Computes a slice of the input's gradient, once the sums are known. */
  void inputGradient(LaneSlice slice, LaneBuffer target) {
    float[] laneWeights = workspace.batch.laneWeights(slice.block);
    workspace.arithmetic.normGradient(norm, slice, laneWeights, target);
  }
}
