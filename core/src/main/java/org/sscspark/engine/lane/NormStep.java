package org.sscspark.engine.lane;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout.Role;

/**
 * Batch normalisation, with the addition of a skip connection and the rectifier that follow it: one
 * pass for statistics and one for everything else, and two backward. Threads share out channels: a
 * channel's planes are still in the cache when its second pass reads them.
 */
final class NormStep implements Step {
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

  /** Of the current minibatch, by channel. */
  private final float[] mean;

  private final double[] inverseDeviation;
  private final Team.Work runForward = this::runForward;
  private final Team.Work runBackward = this::runBackward;
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
    this.mean = new float[op.channels()];
    this.inverseDeviation = new double[op.channels()];
  }

  @Override
  public Value output() {
    return out;
  }

  @Override
  public void claimGradients(GradientBuffers buffers) {
    if (skip == null) {
      addsToInput = buffers.claimFrom(out, in);
    } else {
      addsToInput = buffers.claim(in);
      addsToSkip = buffers.claimFrom(out, skip);
    }
  }

  @Override
  public void forward() {
    machine.team.run(runForward);
  }

  private void runForward(int part, int parts) {
    int last = Team.end(mean.length, part, parts);
    for (int c = Team.start(mean.length, part, parts); c < last; c++) {
      if (machine.batch.mode() == BatchNormMode.RUNNING) {
        mean[c] = machine.parameters[runningMean + c];
        inverseDeviation[c] =
            1 / Math.sqrt((double) machine.parameters[runningVariance + c] + epsilon);
      } else {
        batchStatistics(c, machine.scratch(part));
      }
      float factor = (float) (machine.parameters[scale + c] * inverseDeviation[c]);
      for (int block = 0; block < machine.batch.blocks(); block++) {
        machine.arithmetic.normalize(
            in.data,
            skip == null ? null : skip.data,
            out.data,
            in.layout.plane(block, c),
            in.plane,
            mean[c],
            factor,
            machine.parameters[shift + c],
            rectified);
      }
    }
  }

  /**
   * Each lane's mean and variance come from sums of differences to the lane's first value, which
   * lose nothing to cancellation; they are combined in double precision.
   */
  private void batchStatistics(int c, float[] sums) {
    int lanes = machine.lanes();
    double values = in.plane.length;
    double sumOfMeans = 0;
    double sumOfSquaredMeans = 0;
    double squares = 0;
    for (int block = 0; block < machine.batch.blocks(); block++) {
      machine.arithmetic.moments(in.data, in.layout.plane(block, c), in.plane, sums);
      for (int lane = 0; lane < machine.batch.lanes(block); lane++) {
        double difference = sums[lanes + lane] / values;
        double laneMean = sums[lane] + difference;
        sumOfMeans += laneMean;
        sumOfSquaredMeans += laneMean * laneMean;
        squares += sums[2 * lanes + lane] - values * difference * difference;
      }
    }
    double count = machine.batch.count();
    double batchMean = sumOfMeans / count;
    squares += values * (sumOfSquaredMeans - count * batchMean * batchMean);
    double batchVariance = Math.max(0, squares / (count * values));
    mean[c] = (float) batchMean;
    inverseDeviation[c] = 1 / Math.sqrt(batchVariance + epsilon);
    if (machine.batch.mode() == BatchNormMode.BATCH_AND_UPDATE) {
      // The unbiased variance; a single value has none, and keeps the biased one, zero.
      double unbiased = squares / Math.max(1, count * values - 1);
      move(runningMean + c, batchMean);
      move(runningVariance + c, Math.max(0, unbiased));
    }
  }

  private void move(int parameter, double target) {
    double value = machine.parameters[parameter];
    machine.parameters[parameter] = (float) (value + momentum * (target - value));
  }

  @Override
  public void backward() {
    machine.team.run(runBackward);
  }

  private void runBackward(int part, int parts) {
    int last = Team.end(mean.length, part, parts);
    for (int c = Team.start(mean.length, part, parts); c < last; c++) {
      backward(c, machine.scratch(part));
    }
  }

  private void backward(int c, float[] sums) {
    int lanes = machine.lanes();
    double sum = 0;
    double products = 0;
    float factor = (float) (machine.parameters[scale + c] * inverseDeviation[c]);
    // Without a skip connection, x tells where the rectifier was open: nothing else is read.
    boolean masksByOutput = rectified && skip != null;
    float floor = rectified && skip == null ? 0 : Float.NEGATIVE_INFINITY;
    for (int block = 0; block < machine.batch.blocks(); block++) {
      int base = in.layout.plane(block, c);
      if (masksByOutput) {
        machine.arithmetic.maskAndSum(
            out.gradient, out.data, in.data, base, in.plane, mean[c], sums);
      } else {
        machine.arithmetic.sumWhereAbove(
            out.gradient,
            in.data,
            base,
            in.plane,
            mean[c],
            factor,
            machine.parameters[shift + c],
            floor,
            sums);
      }
      sum += LaneSums.of(sums, 0, lanes);
      products += LaneSums.of(sums, lanes, lanes);
    }
    machine.gradients[scale + c] = (float) (products * inverseDeviation[c]);
    machine.gradients[shift + c] = (float) sum;

    // The statistics of the batch move with x, so dx loses its mean and its part along x.
    double exactFactor = machine.parameters[scale + c] * inverseDeviation[c];
    double values = (double) machine.batch.count() * in.plane.length;
    boolean moving = machine.batch.mode() != BatchNormMode.RUNNING;
    double along = -exactFactor * inverseDeviation[c] * inverseDeviation[c] * products / values;
    float slope = moving ? (float) along : 0;
    float offset = moving ? (float) (-exactFactor * sum / values) : 0;
    for (int block = 0; block < machine.batch.blocks(); block++) {
      int base = in.layout.plane(block, c);
      machine.arithmetic.normGradient(
          out.gradient,
          in.data,
          in.gradient,
          base,
          in.plane,
          mean[c],
          factor,
          machine.parameters[shift + c],
          floor,
          slope,
          offset,
          machine.batch.laneWeights(block),
          addsToInput);
      if (skip != null && addsToSkip) {
        machine.arithmetic.pass(out.gradient, skip.gradient, base, in.plane, true);
      }
    }
  }
}
