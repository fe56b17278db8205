package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * A convolution with dense weights: kept weights are spread over zeros, and their gradients
 * gathered from the dense ones.
 */
final class Nd4jConvolution implements Nd4jOperator {
  private final Op.Convolution op;
  private final SupportLayout support;
  private final int weightOffset;
  private final ParameterLayout layout;
  private final FlatVector parameters;
  private final FlatVector gradients;
  private final Buffers buffers;
  private final DenseConvolution convolution;

  private INDArray input;
  private INDArray weights;
  private INDArray bias;

  Nd4jConvolution(
      Op.Convolution op, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.op = op;
    this.layout = layout;
    this.support = layout.support(op.name());
    this.weightOffset = layout.segment(op.name(), Role.WEIGHT).offset();
    this.parameters = parameters;
    this.gradients = gradients;
    this.buffers = new Buffers(parameters.type());
    this.convolution = new DenseConvolution(support.shape(), op.stride(), op.padding());
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    input = inputs.get(0);
    FeatureShape in =
        new FeatureShape((int) input.size(1), (int) input.size(2), (int) input.size(3));
    FeatureShape out = op.output(List.of(in));
    weights = weightArray("weights");
    parameters.spread(support, weightOffset, weights);
    INDArray output =
        buffers.take("output", input.size(0), out.channels(), out.height(), out.width());
    if (!op.bias()) {
      return convolution.forward(input, weights, output);
    }
    double[] values = parameters.segment(layout.segment(op.name(), Role.BIAS));
    bias = buffers.fill("bias", values, support.shape().filters());
    return convolution.forward(input, weights, bias, output);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    INDArray inputGradient = buffers.take("inputGradient", input.shape());
    INDArray weightGradient = weightArray("weightGradient");
    if (op.bias()) {
      INDArray biasGradient = buffers.take("biasGradient", support.shape().filters());
      convolution.backward(
          input, weights, bias, outputGradient, inputGradient, weightGradient, biasGradient);
      gradients.setSegment(layout.segment(op.name(), Role.BIAS), buffers.values(biasGradient));
    } else {
      convolution.backward(input, weights, outputGradient, inputGradient, weightGradient);
    }
    gradients.gather(weightGradient, support, weightOffset);
    return List.of(inputGradient);
  }

  private INDArray weightArray(String name) {
    WeightShape shape = support.shape();
    return buffers.take(
        name, shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth());
  }

  @Override
  public void close() {
    buffers.close();
  }
}
