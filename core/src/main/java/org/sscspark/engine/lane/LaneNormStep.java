package org.sscspark.engine.lane;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.plan.NormPlan;
import org.sscspark.engine.plan.Step;

/**
 * Batch normalisation, with the addition of a skip connection and the rectifier that follow it: one
 * pass for statistics and one for everything else, and two backward. Threads share out channels: a
 * channel's planes are still in the cache when its second pass reads them.
 */
final class LaneNormStep implements Step {
  private final LaneWorkspace workspace;
  private final NormPlan plan;
  private final LaneNorm norm;
  private final LaneBuffer in;
  private final boolean addsToSkip;
  private final double[] inverseStd;
  private final WorkerThreads.Work runForward = this::runForward;
  private final WorkerThreads.Work runBackward = this::runBackward;

  LaneNormStep(LaneWorkspace workspace, NormPlan plan, LaneNorm norm, boolean addsToSkip) {
    this.workspace = workspace;
    this.plan = plan;
    this.norm = norm;
    this.in = norm.in.data();
    this.addsToSkip = addsToSkip;
    this.inverseStd = new double[in.channels()];
  }

  @Override
  public void forward() {
    workspace.threads.run(runForward);
  }

  private void runForward(int part, int parts) {
    float[] parameters = workspace.values;
    int last = WorkerThreads.end(inverseStd.length, part, parts);
    for (int c = WorkerThreads.start(inverseStd.length, part, parts); c < last; c++) {
      if (workspace.batch.mode() == BatchNormMode.RUNNING) {
        norm.mean[c] = parameters[plan.mean() + c];
        inverseStd[c] = 1 / Math.sqrt((double) parameters[plan.variance() + c] + plan.epsilon());
      } else {
        batchStatistics(c, workspace.scratch(part));
      }
      norm.scale[c] = (float) (parameters[plan.scale() + c] * inverseStd[c]);
      norm.shift[c] = parameters[plan.shift() + c];
      for (int block = 0; block < workspace.batch.blocks(); block++) {
        workspace.arithmetic.normalize(norm, c, in.layout.plane(block, c));
      }
    }
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
      workspace.arithmetic.moments(in.floats, in.layout.plane(block, c), in.plane, sums);
      for (int lane = 0; lane < workspace.batch.lanes(block); lane++) {
        double difference = sums[lanes + lane] / values;
        double laneMean = sums[lane] + difference;
        sumOfMeans += laneMean;
        sumOfSquaredMeans += laneMean * laneMean;
        squares += sums[2 * lanes + lane] - values * difference * difference;
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
    int last = WorkerThreads.end(inverseStd.length, part, parts);
    for (int c = WorkerThreads.start(inverseStd.length, part, parts); c < last; c++) {
      backward(c, workspace.scratch(part));
    }
  }

  private void backward(int c, float[] sums) {
    int lanes = workspace.lanes();
    double sum = 0;
    double products = 0;
    double exactScale = workspace.values[plan.scale() + c] * inverseStd[c];
    norm.scale[c] = (float) exactScale;
    norm.shift[c] = workspace.values[plan.shift() + c];
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      int base = in.layout.plane(block, c);
      // Without a skip connection, x tells where the rectifier was open: nothing else is read.
      if (norm.rectified && norm.skip != null) {
        workspace.arithmetic.maskAndSum(norm, c, base, sums);
      } else {
        workspace.arithmetic.sumWhereAbove(norm, c, base, sums);
      }
      sum += LaneSums.of(sums, 0, lanes);
      products += LaneSums.of(sums, lanes, lanes);
    }
    workspace.gradients[plan.scale() + c] = (float) (products * inverseStd[c]);
    workspace.gradients[plan.shift() + c] = (float) sum;

    // The statistics of the batch move with x, so dx loses its mean and its part along x.
    double count = (double) workspace.batch.count() * in.plane.length;
    boolean moving = workspace.batch.mode() != BatchNormMode.RUNNING;
    double along = -exactScale * inverseStd[c] * inverseStd[c] * products / count;
    norm.slope[c] = moving ? (float) along : 0;
    norm.offset[c] = moving ? (float) (-exactScale * sum / count) : 0;
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      int base = in.layout.plane(block, c);
      workspace.arithmetic.normGradient(norm, c, base, workspace.batch.laneWeights(block));
      if (norm.skip != null && addsToSkip) {
        workspace.arithmetic.pass(
            norm.out.gradient().floats, norm.skip.gradient().floats, base, in.plane, true);
      }
    }
  }
}
