package org.sscspark.dl4j;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's convolution of images [N, C, H, W] with weights [F, C, kH, kW], for one layer and one size
 * of images. Kernel, stride and padding may differ between height and width.
 *
 * @param arguments as libnd4j's {@code conv2d} takes them
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
record Window(int[] arguments, int outputHeight, int outputWidth) {
  private static final int NCHW = 0;

  /** libnd4j's code for weights [F, C, kH, kW]. */
  private static final int WEIGHTS_OIHW = 1;

  /**
   * The convolution of a layer with such images.
   *
   * @param images [N, C, H, W]
   * @throws org.deeplearning4j.exception.DL4JInvalidInputException if the kernel does not fit
   */
  static Window of(ConvolutionLayer layer, INDArray images) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] padding = layer.getPadding();
    int[] dilation = layer.getDilation();
    ConvolutionMode mode = layer.getConvolutionMode();
    boolean same = mode == ConvolutionMode.Same;
    int[] size =
        ConvolutionUtils.getOutputSize(
            images, kernel, stride, same ? null : padding, mode, dilation, CNN2DFormat.NCHW);
    int[] arguments = {
      kernel[0],
      kernel[1],
      stride[0],
      stride[1],
      padding[0],
      padding[1],
      dilation[0],
      dilation[1],
      same ? 1 : 0,
      NCHW,
      WEIGHTS_OIHW
    };
    return new Window(arguments, size[0], size[1]);
  }

  /** Writes the output [N, F, H', W'] for images, weights and, if there is one, a bias [F]. */
  void forward(INDArray output, INDArray... inputs) {
    run("conv2d", new INDArray[] {output}, inputs);
  }

  /**
   * Writes the gradients of images, weights and bias, for images, weights, bias and the gradient of
   * the output; without a bias, both have one array less.
   */
  void backward(INDArray[] gradients, INDArray... inputs) {
    run("conv2d_bp", gradients, inputs);
  }

  private void run(String name, INDArray[] outputs, INDArray... inputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments)
            .build());
  }
}
