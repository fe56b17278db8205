package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015), written out of elementwise operators and row sums:
 * libnd4j's {@code batchnorm_bp} and its reductions over three axes are several times slower.
 * Per-channel numbers are doubles on the heap.
 */
final class Nd4jBatchNorm implements Nd4jOperator {
  private final Op.BatchNorm op;
  private final Segment scaleSegment;
  private final Segment shiftSegment;
  private final Segment meanSegment;
  private final Segment varianceSegment;
  private final FlatVector parameters;
  private final FlatVector gradients;
  private final Buffers buffers;

  private INDArray normalized;
  private double[] scale;
  private double[] inverseStd;
  private boolean statisticsOfBatch;

  Nd4jBatchNorm(
      Op.BatchNorm op, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.op = op;
    this.scaleSegment = layout.segment(op.name(), Role.SCALE);
    this.shiftSegment = layout.segment(op.name(), Role.SHIFT);
    this.meanSegment = layout.segment(op.name(), Role.MEAN);
    this.varianceSegment = layout.segment(op.name(), Role.VARIANCE);
    this.parameters = parameters;
    this.gradients = gradients;
    this.buffers = new Buffers(parameters.type());
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    INDArray input = inputs.get(0);
    long values = valuesOfChannel(input);
    statisticsOfBatch = mode != BatchNormMode.RUNNING;
    scale = parameters.segment(scaleSegment);

    double[] mean =
        statisticsOfBatch
            ? scaled(channelSums(input), 1.0 / values)
            : parameters.segment(meanSegment);
    INDArray centred = buffers.take("centred", input.shape());
    NativeOp.run("subtract", centred, input, perChannel("mean", mean));

    INDArray scratch = buffers.take("scratch", input.shape());
    double[] variance =
        statisticsOfBatch
            ? scaled(channelSums(centred.muli(centred, scratch)), 1.0 / values)
            : parameters.segment(varianceSegment);
    if (mode == BatchNormMode.BATCH_AND_UPDATE) {
      moveTowards(meanSegment, mean);
      // The unbiased variance; a single value has none, and keeps the biased one, zero.
      moveTowards(varianceSegment, scaled(variance, values / Math.max(1.0, values - 1.0)));
    }

    inverseStd = new double[op.channels()];
    for (int c = 0; c < op.channels(); c++) {
      inverseStd[c] = 1 / Math.sqrt(variance[c] + op.epsilon());
    }
    normalized = buffers.take("normalized", input.shape());
    NativeOp.run("multiply", normalized, centred, perChannel("inverse", inverseStd));
    NativeOp.run("multiply", scratch, normalized, perChannel("scale", scale));
    INDArray shift = perChannel("shift", parameters.segment(shiftSegment));
    return NativeOp.run("add", buffers.take("output", input.shape()), scratch, shift);
  }

  /**
   * With statistics of the batch, x moves its own mean and variance, so the gradient loses its mean
   * and its part along the normalised x (the paper's equations, section 3).
   */
  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    double[] shiftGradient = channelSums(outputGradient);
    INDArray scratch = buffers.take("scratch", outputGradient.shape());
    double[] scaleGradient = channelSums(outputGradient.muli(normalized, scratch));
    gradients.setSegment(shiftSegment, shiftGradient);
    gradients.setSegment(scaleSegment, scaleGradient);

    double[] slope = new double[op.channels()];
    for (int c = 0; c < op.channels(); c++) {
      slope[c] = scale[c] * inverseStd[c];
    }
    INDArray inputGradient = buffers.take("inputGradient", outputGradient.shape());
    INDArray slopes = perChannel("slope", slope);
    if (!statisticsOfBatch) {
      return List.of(NativeOp.run("multiply", inputGradient, outputGradient, slopes));
    }
    double oneOfValues = 1.0 / valuesOfChannel(outputGradient);
    INDArray alongNormalized = perChannel("along", scaled(scaleGradient, oneOfValues));
    INDArray mean = perChannel("gradientMean", scaled(shiftGradient, oneOfValues));
    NativeOp.run("multiply", scratch, normalized, alongNormalized);
    outputGradient.subi(scratch, inputGradient);
    NativeOp.run("subtract", scratch, inputGradient, mean);
    return List.of(NativeOp.run("multiply", inputGradient, scratch, slopes));
  }

  private void moveTowards(Segment segment, double[] batch) {
    double[] running = parameters.segment(segment);
    for (int c = 0; c < running.length; c++) {
      running[c] += op.momentum() * (batch[c] - running[c]);
    }
    parameters.setSegment(segment, running);
  }

  private static long valuesOfChannel(INDArray array) {
    return array.size(0) * array.size(2) * array.size(3);
  }

  private static double[] scaled(double[] values, double factor) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * factor;
    }
    return scaled;
  }

  private INDArray perChannel(String name, double[] values) {
    return buffers.fill(name, values, 1, values.length, 1, 1);
  }

  /** Sums each row of each image natively, and rows of a channel on the heap, in order. */
  private double[] channelSums(INDArray array) {
    long rows = array.size(0) * array.size(1);
    INDArray rowSums = buffers.take("rowSums", rows);
    array.reshape('c', rows, array.size(2) * array.size(3)).sum(rowSums, 1);
    double[] sums = new double[op.channels()];
    double[] partial = buffers.values(rowSums);
    for (int i = 0; i < partial.length; i++) {
      sums[i % sums.length] += partial[i];
    }
    return sums;
  }

  @Override
  public void close() {
    buffers.close();
  }
}
