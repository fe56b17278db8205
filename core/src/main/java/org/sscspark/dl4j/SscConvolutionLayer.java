package org.sscspark.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.nd4j.DenseConvolution;
import org.sscspark.engine.nd4j.PackedWeights;
import org.sscspark.network.FeatureShape;
import org.sscspark.pattern.WeightShape;

/** A running {@link SscConvolution}. */
public final class SscConvolutionLayer extends BaseLayer<SscConvolution> {
  private static final long serialVersionUID = 1L;

  /** For DL4J, which also calls it to clone a layer. */
  public SscConvolutionLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray output = convolve(training, ArrayType.ACTIVATIONS, workspaces);
    return layerConf().getActivationFn().getActivation(output, training);
  }

  private INDArray convolve(boolean training, ArrayType of, LayerWorkspaceMgr workspaces) {
    INDArray images = images(ArrayType.FF_WORKING_MEM, workspaces);
    INDArray weights = weights(training, ArrayType.FF_WORKING_MEM, workspaces);
    FeatureShape out =
        layerConf()
            .output(
                new FeatureShape((int) images.size(1), (int) images.size(2), (int) images.size(3)));
    INDArray output =
        workspaces.createUninitialized(
            of,
            dataType,
            new long[] {images.size(0), out.channels(), out.height(), out.width()},
            'c');
    DenseConvolution convolution = convolution();
    return layerConf().hasBias()
        ? convolution.forward(images, weights, bias(training, workspaces), output)
        : convolution.forward(images, weights, output);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray output = convolve(true, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray delta =
        workspaces.dup(
            ArrayType.BP_WORKING_MEM,
            layerConf().getActivationFn().backprop(output, epsilon).getFirst(),
            'c');
    INDArray images = images(ArrayType.BP_WORKING_MEM, workspaces);
    INDArray weights = weights(true, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray inputGradient =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, images.shape(), 'c');
    INDArray weightGradient =
        workspaces.createUninitialized(ArrayType.BP_WORKING_MEM, dataType, weights.shape(), 'c');
    if (layerConf().hasBias()) {
      convolution()
          .backward(
              images,
              weights,
              bias(true, workspaces),
              delta,
              inputGradient,
              weightGradient,
              gradientViews.get(SscConvolution.BIAS));
    } else {
      convolution().backward(images, weights, delta, inputGradient, weightGradient);
    }
    PackedWeights.gather(
        layerConf().layout(), weightGradient, gradientViews.get(SscConvolution.WEIGHTS));
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    gradientViews.forEach(gradient::setGradientFor);
    weightNoiseParams.clear();
    return new Pair<>(gradient, backpropDropOutIfPresent(inputGradient));
  }

  private DenseConvolution convolution() {
    SscConvolution configuration = layerConf();
    return new DenseConvolution(
        configuration.layout().shape(), configuration.stride(), configuration.padding());
  }

  private INDArray images(ArrayType type, LayerWorkspaceMgr workspaces) {
    if (input.rank() != 4 || input.size(1) != layerConf().getNIn()) {
      throw new IllegalArgumentException(
          "Layer "
              + layerId()
              + " reads images [N, C, H, W] with "
              + layerConf().getNIn()
              + " channels, was given "
              + input.shapeInfoToString());
    }
    return workspaces.dup(type, input.castTo(dataType), 'c');
  }

  private INDArray weights(boolean training, ArrayType type, LayerWorkspaceMgr workspaces) {
    WeightShape shape = layerConf().layout().shape();
    INDArray dense =
        workspaces.createUninitialized(
            type,
            dataType,
            new long[] {
              shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth()
            },
            'c');
    INDArray packed = getParamWithNoise(SscConvolution.WEIGHTS, training, workspaces);
    PackedWeights.spread(layerConf().layout(), packed, dense);
    return dense;
  }

  private INDArray bias(boolean training, LayerWorkspaceMgr workspaces) {
    return getParamWithNoise(SscConvolution.BIAS, training, workspaces);
  }

  @Override
  public boolean hasBias() {
    return layerConf().hasBias();
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
