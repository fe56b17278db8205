package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;

/** The larger of the input and zero; its slope at zero is zero. */
final class Nd4jRelu implements Nd4jOperator {
  private static final double CUTOFF = 0;

  private final Buffers buffers;
  private INDArray input;

  Nd4jRelu(DataType type) {
    this.buffers = new Buffers(type);
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    input = inputs.get(0);
    return NativeOp.run("relu", CUTOFF, buffers.take("output", input.shape()), input);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    INDArray inputGradient = buffers.take("inputGradient", input.shape());
    return List.of(NativeOp.run("relu_bp", CUTOFF, inputGradient, input, outputGradient));
  }

  @Override
  public void close() {
    buffers.close();
  }
}
