package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.dl4j.Change.global;
import static org.sscspark.dl4j.Change.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.Updater;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BaseConvBuilder;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.stepfunctions.GradientStepFunction;
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
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
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
  private static final double TOO_LONG = 20;

  private static final Map<String, List<Change<BaseConvBuilder<?>>>> HONOURED_BY_LAYER =
      new LinkedHashMap<>();
  private static final Map<String, List<Change<BaseConvBuilder<?>>>> HONOURED_WITHOUT_INPUT_TYPE =
      new LinkedHashMap<>();
  private static final Map<String, Change<BaseConvBuilder<?>>> REFUSED_BY_LAYER =
      new LinkedHashMap<>();
  private static final Map<String, Change<BaseConvBuilder<?>>> WITHOUT_EFFECT_ON_LAYER =
      new LinkedHashMap<>();
  private static final Map<String, List<Change<BaseConvBuilder<?>>>> HONOURED_GLOBALLY =
      new LinkedHashMap<>();
  private static final Map<String, Change<BaseConvBuilder<?>>> REFUSED_GLOBALLY =
      new LinkedHashMap<>();
  private static final Map<String, Change<BaseConvBuilder<?>>> WITHOUT_EFFECT_GLOBALLY =
      new LinkedHashMap<>();

  /** Methods that build, and are no settings of a layer. */
  private static final List<String> STRUCTURE =
      List.of("layer", "list", "equals", "setIWM", "setTWM");

  @SafeVarargs
  private static void honoured(String name, Change<BaseConvBuilder<?>>... changes) {
    HONOURED_BY_LAYER.put(name, List.of(changes));
  }

  @SafeVarargs
  private static void globally(String name, Change<BaseConvBuilder<?>>... changes) {
    HONOURED_GLOBALLY.put(name, List.of(changes));
  }

  static {
    honoured("name", layer(b -> b.name("conv")));
    honoured("dropOut", layer(b -> b.dropOut(0.5)), layer(b -> b.dropOut(new GaussianDropout(1))));
    honoured(
        "constrainAllParameters",
        layer(b -> b.constrainAllParameters(new NonNegativeConstraint())));
    honoured(
        "constrainBias", layer(b -> b.biasInit(-1).constrainBias(new NonNegativeConstraint())));
    honoured(
        "constrainWeights",
        layer(b -> b.constrainWeights(new NonNegativeConstraint())),
        layer(b -> b.constrainWeights(new MaxNormConstraint(0.3, 1, 2, 3))),
        layer(b -> b.constrainWeights(new UnitNormConstraint(1, 2, 3))),
        layer(b -> b.constrainWeights(new MinMaxNormConstraint(0.3, 0.4, 0.8, 1, 2, 3))),
        layer(b -> b.constrainWeights(new MaxNormConstraint(0.3, 0))));
    honoured(
        "activation",
        layer(b -> b.activation(Activation.RELU)),
        layer(b -> b.activation(new ActivationLReLU(0.3))));
    honoured(
        "weightInit",
        layer(b -> b.weightInit(WeightInit.RELU)),
        layer(b -> b.weightInit(WeightInit.ZERO)),
        layer(b -> b.weightInit(WeightInit.LECUN_UNIFORM)),
        layer(b -> b.weightInit(WeightInit.VAR_SCALING_NORMAL_FAN_OUT)),
        layer(b -> b.weightInit(new ConstantDistribution(0.1))),
        layer(b -> b.weightInit(new UniformDistribution(-0.2, 0.1))));
    honoured("dist", layer(b -> b.dist(new NormalDistribution(0.1, 0.1))));
    honoured("biasInit", layer(b -> b.biasInit(0.7)));
    honoured("l1", layer(b -> b.l1(0.1)));
    honoured("l2", layer(b -> b.l2(0.1)));
    honoured("l1Bias", layer(b -> b.biasInit(0.7).l1Bias(0.1)));
    honoured("l2Bias", layer(b -> b.biasInit(0.7).l2Bias(0.1)));
    honoured("weightDecay", layer(b -> b.weightDecay(0.1)), layer(b -> b.weightDecay(0.1, false)));
    honoured("weightDecayBias", layer(b -> b.biasInit(0.7).weightDecayBias(0.1)));
    honoured("regularization", layer(b -> b.regularization(List.of(new L2Regularization(0.2)))));
    honoured(
        "regularizationBias",
        layer(b -> b.biasInit(0.7).regularizationBias(List.of(new L2Regularization(0.2)))));
    honoured(
        "updater", layer(b -> b.updater(new Adam(0.01))), layer(b -> b.updater(Updater.NESTEROVS)));
    honoured("biasUpdater", layer(b -> b.biasUpdater(new Nesterovs(0.5, 0.9))));
    honoured(
        "gradientNormalization",
        Stream.of(GradientNormalization.values())
            .filter(mode -> mode != GradientNormalization.None)
            .map(
                mode ->
                    Change.<BaseConvBuilder<?>>layer(
                        b -> b.gradientNormalization(mode).gradientNormalizationThreshold(0.01)))
            .toArray(Change[]::new));
    honoured(
        "gradientNormalizationThreshold",
        layer(
            b ->
                b.gradientNormalizationThreshold(0.005)
                    .gradientNormalization(GradientNormalization.ClipL2PerLayer)));
    honoured(
        "weightNoise",
        layer(b -> b.weightNoise(new DropConnect(0.5))),
        layer(b -> b.biasInit(0.7).weightNoise(new DropConnect(0.5, true))),
        layer(b -> b.weightNoise(new WeightNoise(new NormalDistribution(0, 0.3)))),
        layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(0.2), true, true))));
    honoured("nOut", layer(b -> b.nOut(5)));
    honoured("units", layer(b -> b.units(5)));
    honoured("hasBias", layer(b -> b.hasBias(false)));
    honoured(
        "convolutionMode",
        layer(b -> b.convolutionMode(ConvolutionMode.Same)),
        layer(b -> b.stride(2, 3).convolutionMode(ConvolutionMode.Same)),
        layer(b -> b.kernelSize(2, 3).stride(2, 2).convolutionMode(ConvolutionMode.Strict)),
        layer(b -> b.stride(2, 2).convolutionMode(ConvolutionMode.Strict)));
    honoured(
        "kernelSize",
        layer(b -> b.kernelSize(1, 2)),
        layer(b -> b.kernelSize(5, 1)),
        layer(b -> b.kernelSize(7, 3)));
    honoured(
        "stride",
        layer(b -> b.stride(2, 1)),
        layer(b -> b.stride(1, 2)),
        layer(b -> b.stride(3, 3)));
    honoured("padding", layer(b -> b.padding(2, 0)), layer(b -> b.padding(0, 1)));

    HONOURED_WITHOUT_INPUT_TYPE.put("nIn", List.of(layer(b -> b.nIn(2))));
    HONOURED_WITHOUT_INPUT_TYPE.put(
        "dataFormat", List.of(layer(b -> dataFormat(b.nIn(2), CNN2DFormat.NCHW))));

    REFUSED_BY_LAYER.put("dilation", layer(b -> b.dilation(2, 2)));

    WITHOUT_EFFECT_ON_LAYER.put("gainInit", layer(b -> b.gainInit(3)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnAlgoMode", layer(b -> b.cudnnAlgoMode(AlgoMode.NO_WORKSPACE)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnFwdMode", layer(b -> b.cudnnFwdMode(ConvolutionLayer.FwdAlgo.GEMM)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnFwdAlgo", layer(b -> b.setCudnnFwdAlgo(ConvolutionLayer.FwdAlgo.FFT)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnBwdFilterMode", layer(b -> b.cudnnBwdFilterMode(ConvolutionLayer.BwdFilterAlgo.FFT)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnBwdFilterAlgo",
        layer(b -> b.setCudnnBwdFilterAlgo(ConvolutionLayer.BwdFilterAlgo.ALGO_0)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnBwdDataMode", layer(b -> b.cudnnBwdDataMode(ConvolutionLayer.BwdDataAlgo.FFT)));
    WITHOUT_EFFECT_ON_LAYER.put(
        "cudnnBwdDataAlgo", layer(b -> b.setCudnnBwdDataAlgo(ConvolutionLayer.BwdDataAlgo.ALGO_1)));
    WITHOUT_EFFECT_ON_LAYER.put("cudnnAllowFallback", layer(b -> b.cudnnAllowFallback(false)));
    WITHOUT_EFFECT_ON_LAYER.put("helperAllowFallback", layer(b -> b.helperAllowFallback(false)));
    // How many dimensions the arrays of a builder have; the stock layer's own is 2 as well.
    WITHOUT_EFFECT_ON_LAYER.put("convolutionDim", layer(b -> b.setConvolutionDim(2)));

    globally("activation", global(g -> g.activation(Activation.RELU)));
    globally(
        "weightInit",
        global(g -> g.weightInit(WeightInit.ZERO)),
        global(g -> g.weightInit(WeightInit.RELU_UNIFORM)),
        global(g -> g.weightInit(new ConstantDistribution(0.1))));
    globally("dist", global(g -> g.dist(new NormalDistribution(0.1, 0.1))));
    globally("biasInit", global(g -> g.biasInit(0.7)));
    globally("l1", global(g -> g.l1(0.1)));
    globally("l2", global(g -> g.l2(0.1)));
    globally("l1Bias", global(g -> g.biasInit(0.7).l1Bias(0.1)));
    globally("l2Bias", global(g -> g.biasInit(0.7).l2Bias(0.1)));
    globally("weightDecay", global(g -> g.weightDecay(0.1)));
    globally("weightDecayBias", global(g -> g.biasInit(0.7).weightDecayBias(0.1)));
    globally(
        "regularization",
        global(g -> g.regularization(new ArrayList<>(List.of(new L2Regularization(0.2))))));
    globally(
        "regularizationBias",
        global(
            g ->
                g.biasInit(0.7)
                    .regularizationBias(new ArrayList<>(List.of(new L2Regularization(0.2))))));
    globally("dropOut", global(g -> g.dropOut(0.5)));
    globally("idropOut", global(g -> g.setIdropOut(new GaussianDropout(1))));
    globally("weightNoise", global(g -> g.biasInit(0.7).weightNoise(new DropConnect(0.5, true))));
    globally("updater", global(g -> g.updater(new Adam(0.01))));
    globally("iUpdater", global(g -> g.setIUpdater(new Adam(0.01))));
    globally("biasUpdater", global(g -> g.biasUpdater(new Nesterovs(0.5, 0.9))));
    globally(
        "gradientNormalization",
        global(g -> g.gradientNormalization(GradientNormalization.RenormalizeL2PerLayer)));
    globally(
        "gradientNormalizationThreshold",
        global(
            g ->
                g.gradientNormalizationThreshold(0.005)
                    .gradientNormalization(GradientNormalization.ClipL2PerParamType)));
    globally(
        "convolutionMode",
        global(g -> g.convolutionMode(ConvolutionMode.Same)),
        new Change<>(g -> g.convolutionMode(ConvolutionMode.Strict), b -> b.stride(2, 2)));
    globally(
        "constrainBias", global(g -> g.biasInit(-1).constrainBias(new NonNegativeConstraint())));
    globally(
        "constrainWeights", global(g -> g.constrainWeights(new MaxNormConstraint(0.3, 1, 2, 3))));
    globally("seed", global(g -> g.seed(7)));
    globally("miniBatch", global(g -> g.miniBatch(false)));
    globally("dataType", global(g -> g.dataType(DataType.DOUBLE)));
    globally(
        "optimizationAlgo",
        algorithm(OptimizationAlgorithm.LINE_GRADIENT_DESCENT),
        algorithm(OptimizationAlgorithm.CONJUGATE_GRADIENT),
        algorithm(OptimizationAlgorithm.LBFGS));
    globally(
        "maxNumLineSearchIterations",
        Change.<BaseConvBuilder<?>>global(g -> g.maxNumLineSearchIterations(1))
            .where(
                g ->
                    g.dataType(DataType.DOUBLE)
                        .updater(new Sgd(TOO_LONG))
                        .optimizationAlgo(OptimizationAlgorithm.LINE_GRADIENT_DESCENT)));
    globally("stepFunction", global(g -> g.stepFunction(new GradientStepFunction())));

    WITHOUT_EFFECT_GLOBALLY.put(
        "constrainAllParameters",
        global(g -> g.constrainAllParameters(new NonNegativeConstraint())));
    WITHOUT_EFFECT_GLOBALLY.put("gainInit", global(g -> g.setGainInit(3)));
    WITHOUT_EFFECT_GLOBALLY.put("minimize", global(g -> g.minimize(false)));
    WITHOUT_EFFECT_GLOBALLY.put("cacheMode", global(g -> g.cacheMode(CacheMode.DEVICE)));
    WITHOUT_EFFECT_GLOBALLY.put(
        "trainingWorkspaceMode", global(g -> g.trainingWorkspaceMode(WorkspaceMode.NONE)));
    WITHOUT_EFFECT_GLOBALLY.put(
        "inferenceWorkspaceMode", global(g -> g.inferenceWorkspaceMode(WorkspaceMode.NONE)));
    WITHOUT_EFFECT_GLOBALLY.put(
        "cudnnAlgoMode", global(g -> g.cudnnAlgoMode(AlgoMode.NO_WORKSPACE)));
  }

  private static BaseConvBuilder<?> dataFormat(BaseConvBuilder<?> builder, CNN2DFormat format) {
    return builder instanceof SscConvolution.Builder sparse
        ? sparse.dataFormat(format)
        : ((ConvolutionLayer.Builder) builder).dataFormat(format);
  }

  /** With steps so long that a line search has to turn back. */
  private static Change<BaseConvBuilder<?>> algorithm(OptimizationAlgorithm algorithm) {
    return Change.<BaseConvBuilder<?>>global(g -> g.optimizationAlgo(algorithm))
        .where(g -> g.dataType(DataType.DOUBLE).updater(new Sgd(TOO_LONG)));
  }

  @Test
  void everySettingIsHonouredOrRefusedOrWithoutEffect() {
    TreeSet<String> settings = new TreeSet<>(HONOURED_BY_LAYER.keySet());
    settings.addAll(HONOURED_WITHOUT_INPUT_TYPE.keySet());
    settings.addAll(REFUSED_BY_LAYER.keySet());
    settings.addAll(WITHOUT_EFFECT_ON_LAYER.keySet());
    settings.add("fanIn");
    assertThat(settings)
        .isEqualTo(DeclaredSettings.of(SscConvolution.Builder.class))
        .containsAll(DeclaredSettings.of(ConvolutionLayer.Builder.class))
        .hasSize(
            HONOURED_BY_LAYER.size()
                + HONOURED_WITHOUT_INPUT_TYPE.size()
                + REFUSED_BY_LAYER.size()
                + WITHOUT_EFFECT_ON_LAYER.size()
                + 1);
    TreeSet<String> global = new TreeSet<>(HONOURED_GLOBALLY.keySet());
    global.addAll(REFUSED_GLOBALLY.keySet());
    global.addAll(WITHOUT_EFFECT_GLOBALLY.keySet());
    global.addAll(STRUCTURE);
    assertThat(global)
        .isEqualTo(DeclaredSettings.of(NeuralNetConfiguration.Builder.class))
        .hasSize(
            HONOURED_GLOBALLY.size()
                + REFUSED_GLOBALLY.size()
                + WITHOUT_EFFECT_GLOBALLY.size()
                + STRUCTURE.size());
  }

  @TestFactory
  Stream<DynamicTest> honouredSettingsChangeTheLayerAsTheyChangeTheStockOne() {
    return Stream.of(HONOURED_BY_LAYER, HONOURED_GLOBALLY)
        .flatMap(lists -> lists.entrySet().stream())
        .flatMap(setting -> honoured(setting.getKey(), setting.getValue(), true));
  }

  @TestFactory
  Stream<DynamicTest> honouredSettingsOfNetworksWithoutAnInputType() {
    return HONOURED_WITHOUT_INPUT_TYPE.entrySet().stream()
        .flatMap(setting -> honoured(setting.getKey(), setting.getValue(), false));
  }

  private static Stream<DynamicTest> honoured(
      String setting, List<Change<BaseConvBuilder<?>>> changes, boolean typed) {
    return Stream.iterate(0, i -> i < changes.size(), i -> i + 1)
        .map(
            i ->
                DynamicTest.dynamicTest(
                    setting + " " + i,
                    () -> {
                      Outcome sparse = sparse(changes.get(i), typed);
                      sparse.assertEquals(stock(changes.get(i), typed), setting + " " + i);
                      assertThat(sparse.differs(sparse(changes.get(i).undone(), typed)))
                          .as("effect of %s %d", setting, i)
                          .isTrue();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> settingsWithoutEffectHaveNoneOnTheStockLayerEither() {
    return Stream.of(WITHOUT_EFFECT_ON_LAYER, WITHOUT_EFFECT_GLOBALLY)
        .flatMap(settings -> settings.entrySet().stream())
        .map(
            setting ->
                DynamicTest.dynamicTest(
                    setting.getKey(),
                    () -> {
                      assertThat(
                              stock(setting.getValue(), true).differs(stock(Change.none(), true)))
                          .isFalse();
                      sparse(setting.getValue(), true)
                          .assertEquals(sparse(Change.none(), true), setting.getKey());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> refusedSettingsSayTheAlternative() {
    return Stream.of(REFUSED_BY_LAYER, REFUSED_GLOBALLY)
        .flatMap(settings -> settings.entrySet().stream())
        .map(
            setting ->
                DynamicTest.dynamicTest(
                    setting.getKey(),
                    () ->
                        assertThat(sparse(setting.getValue(), true).failure())
                            .isInstanceOf(DL4JInvalidConfigException.class)
                            .hasMessageContaining("Layer (not named) (SscConvolution, pattern ")
                            .hasMessageContaining("Use a larger kernel")));
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
