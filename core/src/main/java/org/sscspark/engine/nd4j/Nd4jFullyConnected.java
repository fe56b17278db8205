package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.SupportLayout;

/** A fully connected layer {@code y = x W^T + b} with W of shape [out, in]. */
final class Nd4jFullyConnected implements Nd4jOperator {
  private final Op.FullyConnected op;
  private final SupportLayout support;
  private final int weightOffset;
  private final ParameterLayout layout;
  private final FlatVector parameters;
  private final FlatVector gradients;
  private final Buffers buffers;
  private final int outputs;
  private final int inputs;

  private INDArray input;
  private INDArray weights;

  Nd4jFullyConnected(
      Op.FullyConnected op, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.op = op;
    this.layout = layout;
    this.support = layout.support(op.name());
    this.weightOffset = layout.segment(op.name(), Role.WEIGHT).offset();
    this.parameters = parameters;
    this.gradients = gradients;
    this.buffers = new Buffers(parameters.type());
    this.outputs = support.shape().filters();
    this.inputs = support.shape().channels();
  }

  @Override
  public INDArray forward(List<INDArray> from, BatchNormMode mode) {
    input = from.get(0);
    long count = input.size(0);
    weights = buffers.take("weights", outputs, inputs);
    parameters.spread(support, weightOffset, weights);
    INDArray product = buffers.take("product", count, outputs);
    matmul(product, input.reshape('c', count, inputs), Transpose.NO, weights, Transpose.YES);
    if (!op.bias()) {
      return product.reshape('c', count, outputs, 1, 1);
    }
    double[] values = parameters.segment(layout.segment(op.name(), Role.BIAS));
    INDArray bias = buffers.fill("bias", values, 1, outputs);
    return NativeOp.run("add", buffers.take("output", count, outputs), product, bias)
        .reshape('c', count, outputs, 1, 1);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    int count = (int) outputGradient.size(0);
    INDArray gradient = outputGradient.reshape('c', count, outputs);
    INDArray weightGradient = buffers.take("weightGradient", outputs, inputs);
    matmul(
        weightGradient, gradient, Transpose.YES, input.reshape('c', count, inputs), Transpose.NO);
    gradients.gather(weightGradient, support, weightOffset);
    if (op.bias()) {
      gradients.setSegment(layout.segment(op.name(), Role.BIAS), columnSums(gradient));
    }
    INDArray inputGradient = buffers.take("inputGradient", count, inputs);
    matmul(inputGradient, gradient, Transpose.NO, weights, Transpose.NO);
    return List.of(inputGradient.reshape('c', input.shape()));
  }

  private double[] columnSums(INDArray gradient) {
    double[] sums = new double[outputs];
    double[] values = buffers.values(gradient);
    for (int i = 0; i < values.length; i++) {
      sums[i % outputs] += values[i];
    }
    return sums;
  }

  private enum Transpose {
    NO,
    YES
  }

  private static void matmul(
      INDArray product, INDArray left, Transpose ofLeft, INDArray right, Transpose ofRight) {
    NativeOp.Arguments arguments = NativeOp.Arguments.of(ofLeft.ordinal(), ofRight.ordinal());
    NativeOp.run("matmul", arguments, product, left, right);
  }

  @Override
  public void close() {
    buffers.close();
  }
}
