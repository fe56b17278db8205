package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.engine.nd4j.PackedWeights;
import org.sscspark.network.FanIn;
import org.sscspark.pattern.KernelType;
import org.sscspark.pattern.SscPattern;
import org.sscspark.pattern.SupportLayout;

class SscConvolutionTest {
  private static final SscPattern SSC =
      new SscPattern(
          List.of(KernelType.ODD, KernelType.POINT, KernelType.EVEN, KernelType.ZERO), 1, 0, 1, 1);

  private static final SscPattern STANDARD = SscPattern.standard();

  @Test
  void passesDl4jsGradientCheck() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      MultiLayerNetwork network =
          new MultiLayerNetwork(sparse(DataType.DOUBLE, new NoOp(), Activation.TANH, 0));
      network.init();
      DataSet batch = batch(DataType.DOUBLE, 3);

      assertThat(
              GradientCheckUtil.checkGradients(
                  new GradientCheckUtil.MLNConfig()
                      .net(network)
                      .epsilon(1e-6)
                      .maxRelError(1e-5)
                      .minAbsoluteError(1e-8)
                      .input(batch.getFeatures())
                      .labels(batch.getLabels())
                      .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)))
          .isTrue();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  /** The stock layer with the other weights at zero: outputs, score, and the step on kept ones. */
  @Test
  void equalsAMaskedStockConvolution() {
    Sgd updater = new Sgd(0.1);
    MultiLayerNetwork sparse =
        new MultiLayerNetwork(sparse(DataType.FLOAT, updater, Activation.RELU, 0.01));
    sparse.init();
    MultiLayerNetwork dense =
        new MultiLayerNetwork(dense(DataType.FLOAT, updater, Activation.RELU, 0.01));
    dense.init();
    SupportLayout layout = layout(sparse, 1);
    spread(sparse, dense);
    DataSet batch = batch(DataType.FLOAT, 5);

    INDArray expected = dense.output(batch.getFeatures());
    assertClose(sparse.output(batch.getFeatures()), expected);

    sparse.fit(batch);
    dense.fit(batch);
    assertThat(sparse.score()).isCloseTo(dense.score(), within(1e-4));
    INDArray packed = Nd4j.create(DataType.FLOAT, layout.kept());
    PackedWeights.gather(layout, dense.getParam("1_W"), packed);
    assertClose(sparse.getParam("1_W"), packed);
    assertClose(sparse.getParam("0_W"), dense.getParam("0_W").reshape(-1));
    assertClose(sparse.getParam("1_b").reshape(-1), dense.getParam("1_b").reshape(-1));
    assertClose(sparse.getParam("2_W"), dense.getParam("2_W"));
  }

  private static void spread(MultiLayerNetwork sparse, MultiLayerNetwork dense) {
    for (int layer = 0; layer < 2; layer++) {
      INDArray weights = dense.getParam(layer + "_W");
      INDArray spread = Nd4j.create(DataType.FLOAT, weights.shape());
      PackedWeights.spread(layout(sparse, layer), sparse.getParam(layer + "_W"), spread);
      weights.assign(spread);
      dense.getParam(layer + "_b").assign(sparse.getParam(layer + "_b").reshape(1, -1));
    }
    dense.getParam("2_W").assign(sparse.getParam("2_W"));
    dense.getParam("2_b").assign(sparse.getParam("2_b"));
  }

  private static SupportLayout layout(MultiLayerNetwork network, int layer) {
    return ((SscConvolution) network.getLayer(layer).conf().getLayer()).layout();
  }

  @Test
  void survivesJsonWithEqualConfigurationAndOutputs() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(sparse(DataType.FLOAT, new Sgd(0.1), Activation.RELU, 0));
    network.init();
    MultiLayerConfiguration read =
        MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson());
    MultiLayerNetwork restored = new MultiLayerNetwork(read);
    restored.init(network.params().dup(), false);
    INDArray images = batch(DataType.FLOAT, 2).getFeatures();

    assertThat(read).isEqualTo(network.getLayerWiseConfigurations());
    assertThat(restored.output(images)).isEqualTo(network.output(images));
  }

  @Test
  void layersOfOneShapeStartDifferently() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(convolution(SSC, Activation.RELU))
                .layer(convolution(SSC, Activation.RELU))
                .setInputType(InputType.convolutional(6, 5, 4))
                .build());
    network.init();

    assertThat(network.getParam("0_W").length()).isEqualTo(network.getParam("1_W").length());
    assertThat(network.getParam("0_W")).isNotEqualTo(network.getParam("1_W"));
  }

  @Test
  void refusesOtherInputsThanImages() {
    assertThatThrownBy(
            () -> convolution(SSC, Activation.RELU).getOutputType(0, InputType.recurrent(3)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("reads images [N, C, H, W], was given");
  }

  @Test
  void initialWeightsAreScaledByTheDenseFanInUnlessToldOtherwise() {
    // Of the four channels' kernels, a filter keeps 5 + 1 + 4 of 36 weights.
    float[] usual = firstWeights(new SscConvolution.Builder(SSC));
    float[] dense = firstWeights(new SscConvolution.Builder(SSC).fanIn(FanIn.DENSE));
    float[] kept = firstWeights(new SscConvolution.Builder(SSC).fanIn(FanIn.KEPT));

    assertThat(usual).isEqualTo(dense).hasSize(4 * 10);
    for (int i = 0; i < kept.length; i++) {
      assertThat(dense[i] / kept[i]).isCloseTo((float) Math.sqrt(10.0 / 36), within(1e-5f));
    }
  }

  private static float[] firstWeights(SscConvolution.Builder second) {
    SscConvolution first = convolution(STANDARD, Activation.RELU);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            network(DataType.FLOAT, new NoOp(), 0, first, second.padding(1).nOut(4).build()));
    network.init();
    return network.getParam("1_W").dup().reshape(-1).toFloatVector();
  }

  private static SscConvolution convolution(SscPattern pattern, Activation activation) {
    return new SscConvolution.Builder(pattern)
        .kernelSize(3, 3)
        .padding(1)
        .nOut(4)
        .activation(activation)
        .build();
  }

  private static MultiLayerConfiguration sparse(
      DataType type, IUpdater updater, Activation f, double l2) {
    return network(type, updater, l2, convolution(STANDARD, f), convolution(SSC, f));
  }

  private static MultiLayerConfiguration dense(
      DataType type, IUpdater updater, Activation f, double l2) {
    ConvolutionLayer.Builder builder =
        new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4).activation(f);
    ConvolutionLayer.Builder second =
        new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4).activation(f);
    return network(type, updater, l2, builder.build(), second.build());
  }

  private static MultiLayerConfiguration network(
      DataType type, IUpdater updater, double l2, Layer first, Layer second) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(type)
        .updater(updater)
        .l2(l2)
        .list()
        .layer(first)
        .layer(second)
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutional(4, 3, 2))
        .build();
  }

  private static DataSet batch(DataType type, int count) {
    INDArray images = Nd4j.create(type, count, 2, 4, 3);
    for (long i = 0; i < images.length(); i++) {
      images.putScalar(i, Math.sin(3.7 * i) + 0.3 * Math.cos(11.1 * i));
    }
    INDArray labels = Nd4j.zeros(type, count, 3);
    for (int n = 0; n < count; n++) {
      labels.putScalar(n, n % 3, 1);
    }
    return new DataSet(images, labels);
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    float[] flat = expected.dup('c').reshape(-1).toFloatVector();
    assertThat(actual.dup('c').reshape(-1).toFloatVector()).hasSameSizeAs(flat);
    for (int i = 0; i < flat.length; i++) {
      assertThat(actual.dup('c').reshape(-1).getFloat(i)).isCloseTo(flat[i], within(1e-5f));
    }
  }
}
