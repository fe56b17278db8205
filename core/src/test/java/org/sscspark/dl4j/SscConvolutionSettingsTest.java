package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.dl4j.Change.global;
import static org.sscspark.dl4j.Change.layer;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BaseConvBuilder;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.network.FanIn;
import org.sscspark.pattern.SscPattern;

/**
 * No setting of DL4J's is ignored: each one that its builders have is honoured (and then changes a
 * network as it changes one of stock layers), refused in words, or has no effect by nature (and
 * then none on the stock layer either). A setting that a new version brings fails the first test.
 */
@SuppressWarnings("deprecation") // DL4J's old settings are settings too.
class SscConvolutionSettingsTest {
  private static final int HEIGHT = 6;
  private static final int WIDTH = 5;

  private static final SettingLists<BaseConvBuilder<?>> OF_LAYER =
      SettingLists.<BaseConvBuilder<?>>ofLayer()
          .honoured(
              "constrainWeights",
              layer(b -> b.constrainWeights(new NonNegativeConstraint())),
              layer(b -> b.constrainWeights(new MaxNormConstraint(0.3, 1, 2, 3))),
              layer(b -> b.constrainWeights(new UnitNormConstraint(1, 2, 3))),
              layer(b -> b.constrainWeights(new MinMaxNormConstraint(0.3, 0.4, 0.8, 1, 2, 3))),
              layer(b -> b.constrainWeights(new MaxNormConstraint(0.3, 0))))
          .honoured(
              "activation",
              layer(b -> b.activation(Activation.RELU)),
              layer(b -> b.activation(new ActivationLReLU(0.3))))
          .honoured(
              "weightInit",
              layer(b -> b.weightInit(WeightInit.RELU)),
              layer(b -> b.weightInit(WeightInit.ZERO)),
              layer(b -> b.weightInit(WeightInit.LECUN_UNIFORM)),
              layer(b -> b.weightInit(WeightInit.VAR_SCALING_NORMAL_FAN_OUT)),
              layer(b -> b.weightInit(new ConstantDistribution(0.1))),
              layer(b -> b.weightInit(new UniformDistribution(-0.2, 0.1))))
          .honoured("dist", layer(b -> b.dist(new NormalDistribution(0.1, 0.1))))
          .honoured("biasInit", layer(b -> b.biasInit(0.7)))
          .honoured(
              "weightNoise",
              layer(b -> b.weightNoise(new DropConnect(0.5))),
              layer(b -> b.biasInit(0.7).weightNoise(new DropConnect(0.5, true))),
              layer(b -> b.weightNoise(new WeightNoise(new NormalDistribution(0, 0.3)))),
              layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(0.2), true, true))))
          .honoured("nOut", layer(b -> b.nOut(5)))
          .honoured("units", layer(b -> b.units(5)))
          .honoured("hasBias", layer(b -> b.hasBias(false)))
          .honoured(
              "convolutionMode",
              layer(b -> b.convolutionMode(ConvolutionMode.Same)),
              layer(b -> b.stride(2, 3).convolutionMode(ConvolutionMode.Same)),
              layer(b -> b.kernelSize(2, 3).stride(2, 2).convolutionMode(ConvolutionMode.Strict)),
              layer(b -> b.stride(2, 2).convolutionMode(ConvolutionMode.Strict)))
          .honoured(
              "kernelSize",
              layer(b -> b.kernelSize(1, 2)),
              layer(b -> b.kernelSize(5, 1)),
              layer(b -> b.kernelSize(7, 3)))
          .honoured(
              "stride",
              layer(b -> b.stride(2, 1)),
              layer(b -> b.stride(1, 2)),
              layer(b -> b.stride(3, 3)))
          .honoured("padding", layer(b -> b.padding(2, 0)), layer(b -> b.padding(0, 1)))
          .refused("dilation", layer(b -> b.dilation(2, 2)))
          .withoutEffect("cudnnAlgoMode", layer(b -> b.cudnnAlgoMode(AlgoMode.NO_WORKSPACE)))
          .withoutEffect("cudnnFwdMode", layer(b -> b.cudnnFwdMode(FwdAlgo.GEMM)))
          .withoutEffect("cudnnFwdAlgo", layer(b -> b.setCudnnFwdAlgo(FwdAlgo.FFT)))
          .withoutEffect("cudnnBwdFilterMode", layer(b -> b.cudnnBwdFilterMode(BwdFilterAlgo.FFT)))
          .withoutEffect(
              "cudnnBwdFilterAlgo", layer(b -> b.setCudnnBwdFilterAlgo(BwdFilterAlgo.ALGO_0)))
          .withoutEffect("cudnnBwdDataMode", layer(b -> b.cudnnBwdDataMode(BwdDataAlgo.FFT)))
          .withoutEffect("cudnnBwdDataAlgo", layer(b -> b.setCudnnBwdDataAlgo(BwdDataAlgo.ALGO_1)))
          .withoutEffect("cudnnAllowFallback", layer(b -> b.cudnnAllowFallback(false)))
          .withoutEffect("helperAllowFallback", layer(b -> b.helperAllowFallback(false)))
          // How many dimensions the arrays of a builder have; the stock layer's own is 2 as well.
          .withoutEffect("convolutionDim", layer(b -> b.setConvolutionDim(2)));

  /** Where an input type would say it for the layer. */
  private static final SettingLists<BaseConvBuilder<?>> WITHOUT_INPUT_TYPE =
      new SettingLists<BaseConvBuilder<?>>()
          .honoured("nIn", layer(b -> b.nIn(2)))
          .honoured("dataFormat", layer(b -> dataFormat(b.nIn(2), CNN2DFormat.NCHW)));

  private static final SettingLists<BaseConvBuilder<?>> GLOBAL =
      SettingLists.<BaseConvBuilder<?>>ofGlobalConfiguration(
              SettingLists.steps(20).andThen(g -> g.dataType(DataType.DOUBLE)))
          .honoured("activation", global(g -> g.activation(Activation.RELU)))
          .honoured(
              "weightInit",
              global(g -> g.weightInit(WeightInit.ZERO)),
              global(g -> g.weightInit(WeightInit.RELU_UNIFORM)),
              global(g -> g.weightInit(new ConstantDistribution(0.1))))
          .honoured("dist", global(g -> g.dist(new NormalDistribution(0.1, 0.1))))
          .honoured("biasInit", global(g -> g.biasInit(0.7)))
          .honoured(
              "weightNoise", global(g -> g.biasInit(0.7).weightNoise(new DropConnect(0.5, true))))
          .honoured(
              "convolutionMode",
              global(g -> g.convolutionMode(ConvolutionMode.Same)),
              new Change<>(g -> g.convolutionMode(ConvolutionMode.Strict), b -> b.stride(2, 2)))
          .honoured(
              "constrainWeights",
              global(g -> g.constrainWeights(new MaxNormConstraint(0.3, 1, 2, 3))))
          .honoured("dataType", global(g -> g.dataType(DataType.DOUBLE)));

  /** Methods that build, and are no settings of a layer. */
  private static final List<String> STRUCTURE =
      List.of("layer", "list", "equals", "setIWM", "setTWM");

  private static BaseConvBuilder<?> dataFormat(BaseConvBuilder<?> builder, CNN2DFormat format) {
    return builder instanceof SscConvolution.Builder sparse
        ? sparse.dataFormat(format)
        : ((ConvolutionLayer.Builder) builder).dataFormat(format);
  }

  @Test
  void everySettingIsHonouredOrRefusedOrWithoutEffect() {
    OF_LAYER.assertComplete(SscConvolution.Builder.class, List.of("fanIn", "nIn", "dataFormat"));
    GLOBAL.assertComplete(NeuralNetConfiguration.Builder.class, STRUCTURE);
    assertThat(DeclaredSettings.of(SscConvolution.Builder.class))
        .containsAll(DeclaredSettings.of(ConvolutionLayer.Builder.class));
  }

  @TestFactory
  Stream<DynamicTest> honouredSettingsChangeTheLayerAsTheyChangeTheStockOne() {
    return Stream.concat(
        OF_LAYER.honoured(change -> sparse(change, true), change -> stock(change, true)),
        GLOBAL.honoured(change -> sparse(change, true), change -> stock(change, true)));
  }

  @TestFactory
  Stream<DynamicTest> honouredSettingsOfNetworksWithoutAnInputType() {
    return WITHOUT_INPUT_TYPE.honoured(
        change -> sparse(change, false), change -> stock(change, false));
  }

  @TestFactory
  Stream<DynamicTest> settingsWithoutEffectHaveNoneOnTheStockLayerEither() {
    return Stream.concat(
        OF_LAYER.withoutEffect(change -> sparse(change, true), change -> stock(change, true)),
        GLOBAL.withoutEffect(change -> sparse(change, true), change -> stock(change, true)));
  }

  @TestFactory
  Stream<DynamicTest> refusedSettingsSayTheAlternative() {
    return OF_LAYER.refused(
        change ->
            assertThat(sparse(change, true).failure())
                .isInstanceOf(DL4JInvalidConfigException.class)
                .hasMessageContaining("Layer (not named) (SscConvolution, pattern ")
                .hasMessageContaining("Use a larger kernel"));
  }

  private static Outcome sparse(Change<BaseConvBuilder<?>> change, boolean typed) {
    return Outcome.orFailure(
        () -> train(new SscConvolution.Builder(SscPattern.standard()), change, typed));
  }

  private static Outcome stock(Change<BaseConvBuilder<?>> change, boolean typed) {
    return Outcome.orFailure(() -> train(new ConvolutionLayer.Builder(3, 3), change, typed));
  }

  private static Outcome train(
      BaseConvBuilder<?> builder, Change<BaseConvBuilder<?>> change, boolean typed) {
    NeuralNetConfiguration.Builder global =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .activation(Activation.TANH)
            .updater(new Sgd(0.2));
    builder.nOut(4);
    change.apply(global, builder);
    ConvolutionLayer layer = builder.build();
    NeuralNetConfiguration.ListBuilder list = global.list().layer(layer);
    if (typed) {
      list.layer(
              new OutputLayer.Builder(LossFunction.MCXENT)
                  .nOut(3)
                  .activation(Activation.SOFTMAX)
                  .biasInit(0)
                  .build())
          .setInputType(InputType.convolutional(HEIGHT, WIDTH, 2));
    } else {
      list.layer(
          new CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    inOrderOfParameters(network);
    return Outcome.of(network, minibatch(1, typed), minibatch(2, typed));
  }

  /**
   * DL4J's line searches flatten their first gradient in the order in which a layer names its
   * parameters. The stock convolution names weights before biases and stores them behind, so that
   * its first search direction has every number in another's place; here it is told the true order.
   */
  private static void inOrderOfParameters(MultiLayerNetwork network) {
    List<String> named = network.conf().variables(false);
    named.clear();
    named.addAll(network.paramTable().keySet());
  }

  private static DataSet minibatch(int seed, boolean typed) {
    INDArray images = Nd4j.create(DataType.FLOAT, 3, 2, HEIGHT, WIDTH);
    fill(images, seed);
    if (!typed) {
      INDArray target = Nd4j.create(DataType.FLOAT, 3, 4, HEIGHT - 2, WIDTH - 2);
      fill(target, seed + 0.5);
      return new DataSet(images, target);
    }
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 3, 3);
    for (int n = 0; n < 3; n++) {
      labels.putScalar(n, (n + seed) % 3, 1);
    }
    return new DataSet(images, labels);
  }

  private static void fill(INDArray array, double seed) {
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, Math.sin(3.7 * i + seed) + 0.3 * Math.cos(11.1 * i));
    }
  }

  @Test
  void fanInChoosesWhatTheInitialiserIsTold() {
    Change<BaseConvBuilder<?>> kept = layer(b -> ((SscConvolution.Builder) b).fanIn(FanIn.KEPT));
    assertThat(sparse(kept, true).differs(sparse(Change.none(), true)))
        .as("with all weights kept both mean the same")
        .isFalse();
  }
}
