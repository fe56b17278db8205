package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;

/** Max and average pooling. */
final class Nd4jPool implements Nd4jOperator {
  private final Op op;
  private final String name;
  private final int[] arguments;
  private final Buffers buffers;
  private INDArray input;

  private Nd4jPool(Op op, String name, int size, int stride, int padding, DataType type) {
    this.op = op;
    this.name = name;
    // Kernel, stride, padding, dilation, explicit padding, divisor without padding, NCHW.
    this.arguments = new int[] {size, size, stride, stride, padding, padding, 1, 1, 0, 0, 0};
    this.buffers = new Buffers(type);
  }

  static Nd4jPool of(Op.MaxPool op, DataType type) {
    return new Nd4jPool(op, "maxpool2d", op.size(), op.stride(), op.padding(), type);
  }

  static Nd4jPool of(Op.AveragePool op, DataType type) {
    return new Nd4jPool(op, "avgpool2d", op.size(), op.stride(), 0, type);
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    input = inputs.get(0);
    FeatureShape in =
        new FeatureShape((int) input.size(1), (int) input.size(2), (int) input.size(3));
    FeatureShape out = op.output(List.of(in));
    INDArray output =
        buffers.take("output", input.size(0), out.channels(), out.height(), out.width());
    return NativeOp.run(name, arguments, output, input);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    INDArray inputGradient = buffers.take("inputGradient", input.shape());
    return List.of(NativeOp.run(name + "_bp", arguments, inputGradient, input, outputGradient));
  }

  @Override
  public void close() {
    buffers.close();
  }
}
