package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;

/**
 * An operator of one input and no parameters that libnd4j has, under a name of its own and, for the
 * input's gradient, the same with {@code _bp}: rectifiers, pools.
 */
final class Nd4jPlaneOperator implements Nd4jOperator {
  private final Op op;
  private final String name;
  private final NativeOp.Arguments arguments;
  private final Buffers buffers;
  private INDArray input;

  Nd4jPlaneOperator(Op op, String name, NativeOp.Arguments arguments, DataType type) {
    this.op = op;
    this.name = name;
    this.arguments = arguments;
    this.buffers = new Buffers(type);
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    input = inputs.get(0);
    return NativeOp.run(name, arguments, buffers.takeOutput(op, input), input);
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
