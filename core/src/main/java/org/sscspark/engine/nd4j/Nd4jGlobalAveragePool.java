package org.sscspark.engine.nd4j;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;

/** The mean of each channel. */
final class Nd4jGlobalAveragePool implements Nd4jOperator {
  private final Buffers buffers;
  private long[] inputShape;

  Nd4jGlobalAveragePool(DataType type) {
    this.buffers = new Buffers(type);
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    INDArray input = inputs.get(0);
    inputShape = input.shape();
    INDArray means = buffers.take("means", rows());
    input.reshape('c', rows(), plane()).sum(means, 1);
    return means.divi(plane()).reshape('c', inputShape[0], inputShape[1], 1, 1);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    double[] shares = new double[(int) plane()];
    Arrays.fill(shares, 1.0 / plane());
    INDArray share = buffers.fill("share", shares, 1, plane());
    INDArray inputGradient = buffers.take("inputGradient", rows(), plane());
    NativeOp.run("multiply", inputGradient, outputGradient.reshape('c', rows(), 1), share);
    return List.of(inputGradient.reshape('c', inputShape));
  }

  private long rows() {
    return inputShape[0] * inputShape[1];
  }

  private long plane() {
    return inputShape[2] * inputShape[3];
  }

  @Override
  public void close() {
    buffers.close();
  }
}
