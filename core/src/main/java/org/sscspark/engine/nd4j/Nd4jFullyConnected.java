package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;

/** A fully connected layer {@code y = x W^T + b} with W of shape [out, in]. */
final class Nd4jFullyConnected implements Nd4jOperator {
  private final Op.FullyConnected op;
  private final Nd4jWeights layer;
  private final Buffers buffers;
  private final int outputs;
  private final int inputs;

  private INDArray input;
  private INDArray weights;

  Nd4jFullyConnected(Op.FullyConnected op, Nd4jWeights layer) {
    this.op = op;
    this.layer = layer;
    this.buffers = new Buffers(layer.type());
    this.outputs = layer.shape().filters();
    this.inputs = layer.shape().channels();
  }

  @Override
  public INDArray forward(List<INDArray> from, BatchNormMode mode) {
    input = from.get(0);
    long count = input.size(0);
    weights = buffers.take("weights", outputs, inputs);
    layer.spread(weights);
    INDArray product = buffers.take("product", count, outputs);
    matmul(product, input.reshape('c', count, inputs), Transpose.NO, weights, Transpose.YES);
    if (!op.bias()) {
      return product.reshape('c', count, outputs, 1, 1);
    }
    INDArray bias = buffers.fill("bias", layer.biases(), 1, outputs);
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
    layer.gatherGradient(weightGradient);
    if (op.bias()) {
      layer.setBiasGradient(columnSums(gradient));
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
