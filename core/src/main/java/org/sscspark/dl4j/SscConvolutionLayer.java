package org.sscspark.dl4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.nd4j.PackedWeights;
import org.sscspark.pattern.SupportLayout;
import org.sscspark.pattern.WeightShape;

/**
 * A running {@link SscConvolution}: the stock layer on weights that are spread over zeros, with
 * ND4J's convolution operator, which reaches oneDNN, in place of im2col.
 */
public final class SscConvolutionLayer extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private transient ConvolutionLayer constrained;

  /** For DL4J, which also calls it to clone a layer. */
  public SscConvolutionLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
    helper = null;
  }

  private SscConvolution configuration() {
    return (SscConvolution) layerConf();
  }

  private SupportLayout layout() {
    return configuration().layout();
  }

  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    assertInputSet(forBackprop);
    validateInputRank();
    validateInputDepth(layerConf().getNIn());
    ArrayType working = forBackprop ? ArrayType.BP_WORKING_MEM : ArrayType.FF_WORKING_MEM;
    ArrayType result = forBackprop ? ArrayType.BP_WORKING_MEM : ArrayType.ACTIVATIONS;
    INDArray images = images(working, workspaces);
    Window window = Window.of(configuration(), images);
    INDArray output =
        workspaces.createUninitialized(
            channelsLast() ? working : result,
            dataType,
            new long[] {
              images.size(0), layerConf().getNOut(), window.outputHeight(), window.outputWidth()
            },
            'c');
    // Noise is drawn in the stock layer's order.
    if (hasBias()) {
      INDArray bias = bias(training, workspaces);
      window.forward(output, images, weights(training, working, workspaces), bias);
    } else {
      window.forward(output, images, weights(training, working, workspaces));
    }
    INDArray inOrder =
        channelsLast() ? workspaces.dup(result, output.permute(0, 2, 3, 1), 'c') : output;
    return new Pair<>(inOrder, null);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray output = preOutput(true, true, workspaces).getFirst();
    INDArray delta =
        layerConf().getActivationFn().backprop(output, epsilon.castTo(dataType)).getFirst();
    INDArray outputGradient = workspaces.dup(ArrayType.BP_WORKING_MEM, channelsFirst(delta), 'c');
    INDArray images = images(ArrayType.BP_WORKING_MEM, workspaces);
    INDArray weights = weights(true, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray inputGradient =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, images.shape(), 'c');
    INDArray weightGradient =
        workspaces.createUninitialized(ArrayType.BP_WORKING_MEM, dataType, weights.shape(), 'c');
    Window window = Window.of(configuration(), images);
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      INDArray biasGradient = gradientViews.get(SscConvolution.BIAS);
      window.backward(
          new INDArray[] {inputGradient, weightGradient, biasGradient},
          images,
          weights,
          bias(true, workspaces),
          outputGradient);
      gradient.setGradientFor(SscConvolution.BIAS, biasGradient);
    } else {
      window.backward(
          new INDArray[] {inputGradient, weightGradient}, images, weights, outputGradient);
    }
    INDArray packedGradient = gradientViews.get(SscConvolution.WEIGHTS);
    pack(weightGradient, packedGradient);
    gradient.setGradientFor(SscConvolution.WEIGHTS, packedGradient);
    weightNoiseParams.clear();
    // Dropout's mask has the input's order of dimensions.
    INDArray inOrder = channelsLast() ? inputGradient.permute(0, 2, 3, 1) : inputGradient;
    return new Pair<>(gradient, backpropDropOutIfPresent(inOrder));
  }

  private boolean channelsLast() {
    return layerConf().getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  private INDArray channelsFirst(INDArray array) {
    return channelsLast() ? array.permute(0, 3, 1, 2) : array;
  }

  private INDArray images(ArrayType type, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(type, channelsFirst(input.castTo(dataType)), 'c');
  }

  private INDArray weights(boolean training, ArrayType type, LayerWorkspaceMgr workspaces) {
    INDArray dense = workspaces.createUninitialized(type, dataType, denseShape(), 'c');
    spread(getParamWithNoise(SscConvolution.WEIGHTS, training, workspaces), dense);
    return dense;
  }

  private INDArray bias(boolean training, LayerWorkspaceMgr workspaces) {
    return Contiguous.of(getParamWithNoise(SscConvolution.BIAS, training, workspaces));
  }

  private long[] denseShape() {
    WeightShape shape = layout().shape();
    return new long[] {
      shape.filters(), shape.channels(), shape.kernelHeight(), shape.kernelWidth()
    };
  }

  private void spread(INDArray packed, INDArray dense) {
    PackedWeights.spread(layout(), Contiguous.of(packed), dense);
  }

  private void pack(INDArray dense, INDArray packed) {
    Contiguous.fill(packed, block -> PackedWeights.gather(layout(), dense, block));
  }

  /** Constraints see a stock layer with dense weights, so that norms are those of filters. */
  @Override
  public void applyConstraints(int iteration, int epoch) {
    List<LayerConstraint> constraints = layerConf().getConstraints();
    if (constraints == null || constraints.isEmpty()) {
      return;
    }
    INDArray packed = getParam(SscConvolution.WEIGHTS);
    INDArray dense = Nd4j.createUninitialized(dataType, denseShape(), 'c');
    spread(packed, dense);
    Map<String, INDArray> parameters = new LinkedHashMap<>(params);
    parameters.put(SscConvolution.WEIGHTS, dense);
    if (constrained == null) {
      constrained = new ConvolutionLayer(conf, dataType);
    }
    constrained.setParamTable(parameters);
    for (LayerConstraint constraint : constraints) {
      constraint.applyConstraint(constrained, iteration, epoch);
    }
    pack(dense, packed);
  }
}
