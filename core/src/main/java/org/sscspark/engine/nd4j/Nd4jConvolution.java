package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.Op;
import org.sscspark.pattern.WeightShape;

/**
 * A convolution with dense weights: kept weights are spread over zeros, and their gradients
 * gathered from the dense ones.
 */
final class Nd4jConvolution implements Nd4jOperator {
  private final Op.Convolution op;
  private final Nd4jWeights layer;
  private final Buffers buffers;
  private final DenseConvolution convolution;

  private INDArray input;
  private INDArray weights;
  private INDArray bias;

  Nd4jConvolution(Op.Convolution op, Nd4jWeights layer) {
    this.op = op;
    this.layer = layer;
    this.buffers = new Buffers(layer.type());
    this.convolution = new DenseConvolution(layer.shape(), op.stride(), op.padding());
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    input = inputs.get(0);
    weights = weightArray("weights");
    layer.spread(weights);
    INDArray output = buffers.takeOutput(op, input);
    if (!op.bias()) {
      return convolution.forward(input, weights, output);
    }
    bias = buffers.fill("bias", layer.biases(), layer.shape().filters());
    return convolution.forward(input, weights, bias, output);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    INDArray inputGradient = buffers.take("inputGradient", input.shape());
    INDArray weightGradient = weightArray("weightGradient");
    if (op.bias()) {
      INDArray biasGradient = buffers.take("biasGradient", layer.shape().filters());
      convolution.backward(
          input, weights, bias, outputGradient, inputGradient, weightGradient, biasGradient);
      layer.setBiasGradient(buffers.values(biasGradient));
    } else {
      convolution.backward(input, weights, outputGradient, inputGradient, weightGradient);
    }
    layer.gatherGradient(weightGradient);
    return List.of(inputGradient);
  }

  private INDArray weightArray(String name) {
    WeightShape shape = layer.shape();
    return buffers.take(
        name, shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth());
  }

  @Override
  public void close() {
    buffers.close();
  }
}
