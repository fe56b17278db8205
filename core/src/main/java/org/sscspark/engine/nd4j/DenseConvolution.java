package org.sscspark.engine.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.pattern.WeightShape;

/**
 * ND4J's convolution of images [N, C, H, W] with weights [F, C, kH, kW], symmetric zero padding and
 * outputs that the caller owns. It reaches oneDNN where the backend has it.
 */
public final class DenseConvolution {
  private static final int EXPLICIT_PADDING = 0;
  private static final int NCHW = 0;

  /** libnd4j's code for weights [F, C, kH, kW]. */
  private static final int WEIGHTS_OIHW = 1;

  private final NativeOp.Arguments arguments;

  /** Makes a convolution without dilation. */
  public DenseConvolution(WeightShape shape, int stride, int padding) {
    this.arguments =
        NativeOp.Arguments.of(
            shape.kernelHeight(),
            shape.kernelWidth(),
            stride,
            stride,
            padding,
            padding,
            1,
            1,
            EXPLICIT_PADDING,
            NCHW,
            WEIGHTS_OIHW);
  }

  /** Writes and returns the output [N, F, H', W']. */
  public INDArray forward(INDArray input, INDArray weights, INDArray output) {
    return NativeOp.run("conv2d", arguments, output, input, weights);
  }

  /** The same with a bias [F]. */
  public INDArray forward(INDArray input, INDArray weights, INDArray bias, INDArray output) {
    return NativeOp.run("conv2d", arguments, output, input, weights, bias);
  }

  /** Writes the gradients of the input and of the weights. */
  public void backward(
      INDArray input,
      INDArray weights,
      INDArray outputGradient,
      INDArray inputGradient,
      INDArray weightGradient) {
    INDArray[] outputs = {inputGradient, weightGradient};
    NativeOp.run("conv2d_bp", arguments, outputs, input, weights, outputGradient);
  }

  /** The same with a bias. */
  public void backward(
      INDArray input,
      INDArray weights,
      INDArray bias,
      INDArray outputGradient,
      INDArray inputGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    INDArray[] outputs = {inputGradient, weightGradient, biasGradient};
    NativeOp.run("conv2d_bp", arguments, outputs, input, weights, bias, outputGradient);
  }
}
