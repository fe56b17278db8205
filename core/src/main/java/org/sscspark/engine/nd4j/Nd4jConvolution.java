package org.sscspark.engine.nd4j;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * A convolution with dense weights: kept weights are spread over zeros, and their gradients
 * gathered from the dense ones.
 */
final class Nd4jConvolution implements Nd4jOperator {
  /** libnd4j's code for weights [F, C, kH, kW]. */
  private static final int WEIGHTS_OIHW = 1;

  private static final int EXPLICIT_PADDING = 0;
  private static final int NCHW = 0;

  private final Op.Convolution op;
  private final SupportLayout support;
  private final Segment weightSegment;
  private final ParameterLayout layout;
  private final FlatVector parameters;
  private final FlatVector gradients;
  private final Buffers buffers;
  private final int[] arguments;

  private INDArray input;
  private INDArray weights;
  private INDArray bias;

  Nd4jConvolution(
      Op.Convolution op, ParameterLayout layout, FlatVector parameters, FlatVector gradients) {
    this.op = op;
    this.layout = layout;
    this.support = layout.support(op.name());
    this.weightSegment = layout.segment(op.name(), Role.WEIGHT);
    this.parameters = parameters;
    this.gradients = gradients;
    this.buffers = new Buffers(parameters.type());
    WeightShape shape = support.shape();
    this.arguments =
        new int[] {
          shape.kernelHeight(),
          shape.kernelWidth(),
          op.stride(),
          op.stride(),
          op.padding(),
          op.padding(),
          1,
          1,
          EXPLICIT_PADDING,
          NCHW,
          WEIGHTS_OIHW
        };
  }

  @Override
  public INDArray forward(List<INDArray> inputs, BatchNormMode mode) {
    input = inputs.get(0);
    FeatureShape in =
        new FeatureShape((int) input.size(1), (int) input.size(2), (int) input.size(3));
    FeatureShape out = op.output(List.of(in));
    weights = weightArray("weights");
    parameters.spread(support, weightSegment, weights);
    INDArray output =
        buffers.take("output", input.size(0), out.channels(), out.height(), out.width());
    if (!op.bias()) {
      return NativeOp.run("conv2d", arguments, output, input, weights);
    }
    bias =
        buffers.fill(
            "bias",
            parameters.segment(layout.segment(op.name(), Role.BIAS)),
            support.shape().filters());
    return NativeOp.run("conv2d", arguments, output, input, weights, bias);
  }

  @Override
  public List<INDArray> backward(INDArray outputGradient) {
    INDArray inputGradient = buffers.take("inputGradient", input.shape());
    INDArray weightGradient = weightArray("weightGradient");
    if (op.bias()) {
      INDArray biasGradient = buffers.take("biasGradient", support.shape().filters());
      NativeOp.run(
          "conv2d_bp",
          arguments,
          new INDArray[] {inputGradient, weightGradient, biasGradient},
          input,
          weights,
          bias,
          outputGradient);
      gradients.setSegment(layout.segment(op.name(), Role.BIAS), buffers.values(biasGradient));
    } else {
      NativeOp.run(
          "conv2d_bp",
          arguments,
          new INDArray[] {inputGradient, weightGradient},
          input,
          weights,
          outputGradient);
    }
    gradients.gather(weightGradient, support, weightSegment);
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
