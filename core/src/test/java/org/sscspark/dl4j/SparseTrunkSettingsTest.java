package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.dl4j.Change.global;
import static org.sscspark.dl4j.Change.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.stepfunctions.GradientStepFunction;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;

/**
 * No setting of DL4J's is ignored by a {@link SparseTrunk}: each one is honoured (and then changes
 * a convolution with global pooling as it changes one of stock layers), refused in words, or has no
 * effect by nature. A setting that a new version brings fails the first test.
 */
@SuppressWarnings("deprecation") // DL4J's old settings are settings too.
class SparseTrunkSettingsTest {
  private static final FeatureShape IMAGE = new FeatureShape(2, 6, 5);
  private static final int CLASSES = 3;
  private static final double TOO_LONG = 100;

  /** A convolution and the mean of each of its channels. */
  private static final NetworkSpec PLAIN = network(true, List.of());

  private static final NetworkSpec NORMALISED =
      network(false, List.of(new Op.BatchNorm("norm", "conv", CLASSES)));

  private static final Map<String, List<Change<FeedForwardLayer.Builder<?>>>> HONOURED =
      new LinkedHashMap<>();
  private static final Map<String, List<Change<FeedForwardLayer.Builder<?>>>> HONOURED_GLOBALLY =
      new LinkedHashMap<>();
  private static final Map<String, Change<FeedForwardLayer.Builder<?>>> REFUSED =
      new LinkedHashMap<>();
  private static final Map<String, Change<FeedForwardLayer.Builder<?>>> REFUSED_GLOBALLY =
      new LinkedHashMap<>();
  private static final Map<String, Change<FeedForwardLayer.Builder<?>>> WITHOUT_EFFECT =
      new LinkedHashMap<>();
  private static final Map<String, Change<FeedForwardLayer.Builder<?>>> WITHOUT_EFFECT_GLOBALLY =
      new LinkedHashMap<>();

  /** Methods that build, and are no settings of a layer. */
  private static final List<String> STRUCTURE =
      List.of("layer", "list", "equals", "setIWM", "setTWM");

  private static NetworkSpec network(boolean bias, List<Op> between) {
    Support support = Support.dense(new WeightShape(CLASSES, IMAGE.channels(), 3, 3));
    List<Op> ops = new ArrayList<>();
    ops.add(new Op.Convolution("conv", NetworkSpec.INPUT, support, 1, 1, bias));
    ops.addAll(between);
    ops.add(new Op.GlobalAveragePool("pool", ops.get(ops.size() - 1).name()));
    return new NetworkSpec("test", IMAGE, ops);
  }

  @SafeVarargs
  private static void honoured(String name, Change<FeedForwardLayer.Builder<?>>... changes) {
    HONOURED.put(name, List.of(changes));
  }

  @SafeVarargs
  private static void globally(String name, Change<FeedForwardLayer.Builder<?>>... changes) {
    HONOURED_GLOBALLY.put(name, List.of(changes));
  }

  static {
    honoured("name", layer(b -> b.name("trunk")));
    honoured("dropOut", layer(b -> b.dropOut(0.5)), layer(b -> b.dropOut(new GaussianDropout(1))));
    honoured("constrainWeights", layer(b -> b.constrainWeights(new NonNegativeConstraint())));
    honoured("constrainBias", layer(b -> b.constrainBias(new NonNegativeConstraint())));
    honoured(
        "constrainAllParameters",
        layer(b -> b.constrainAllParameters(new NonNegativeConstraint())));
    honoured("l1", layer(b -> b.l1(0.1)));
    honoured("l2", layer(b -> b.l2(0.1)));
    honoured("l1Bias", layer(b -> b.l1Bias(0.5)));
    honoured("l2Bias", layer(b -> b.l2Bias(0.5)));
    honoured("weightDecay", layer(b -> b.weightDecay(0.1)), layer(b -> b.weightDecay(0.1, false)));
    honoured("weightDecayBias", layer(b -> b.weightDecayBias(0.5)));
    honoured("regularization", layer(b -> b.regularization(List.of(new L2Regularization(0.2)))));
    honoured(
        "regularizationBias", layer(b -> b.regularizationBias(List.of(new L2Regularization(0.5)))));
    honoured("updater", layer(b -> b.updater(new Adam(0.01))));
    honoured("biasUpdater", layer(b -> b.biasUpdater(new Nesterovs(0.5, 0.9))));
    honoured(
        "gradientNormalization",
        Stream.of(GradientNormalization.values())
            .filter(mode -> mode != GradientNormalization.None)
            .map(
                mode ->
                    Change.<FeedForwardLayer.Builder<?>>layer(
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
        layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(0.2), false))),
        layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(0.2), true, false))),
        layer(b -> b.weightNoise(new DropConnect(0.5))));

    REFUSED.put("activation", layer(b -> b.activation(Activation.RELU)));
    REFUSED.put("weightInit", layer(b -> b.weightInit(WeightInit.ZERO)));
    REFUSED.put("dist", layer(b -> b.dist(new NormalDistribution(0, 1))));
    REFUSED.put("biasInit", layer(b -> b.biasInit(0.7)));
    REFUSED.put("nIn", layer(b -> b.nIn(7)));
    REFUSED.put("nOut", layer(b -> b.nOut(7)));
    REFUSED.put("units", layer(b -> b.units(7)));

    WITHOUT_EFFECT.put("gainInit", layer(b -> b.gainInit(3)));

    globally("l1", global(g -> g.l1(0.1)));
    globally("l2", global(g -> g.l2(0.1)));
    globally("l1Bias", global(g -> g.l1Bias(0.5)));
    globally("l2Bias", global(g -> g.l2Bias(0.5)));
    globally("weightDecay", global(g -> g.weightDecay(0.1)));
    globally("weightDecayBias", global(g -> g.weightDecayBias(0.5)));
    globally(
        "regularization",
        global(g -> g.regularization(new ArrayList<>(List.of(new L2Regularization(0.2))))));
    globally(
        "regularizationBias",
        global(g -> g.regularizationBias(new ArrayList<>(List.of(new L2Regularization(0.5))))));
    globally("dropOut", global(g -> g.dropOut(0.5)));
    globally("idropOut", global(g -> g.setIdropOut(new GaussianDropout(1))));
    globally(
        "weightNoise",
        global(g -> g.weightNoise(new WeightNoise(new ConstantDistribution(0.2), true, false))));
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
    globally("constrainWeights", global(g -> g.constrainWeights(new NonNegativeConstraint())));
    globally("constrainBias", global(g -> g.constrainBias(new NonNegativeConstraint())));
    globally("seed", global(g -> g.seed(7)));
    globally("miniBatch", global(g -> g.miniBatch(false)));
    globally(
        "optimizationAlgo",
        algorithm(OptimizationAlgorithm.LINE_GRADIENT_DESCENT),
        algorithm(OptimizationAlgorithm.CONJUGATE_GRADIENT),
        algorithm(OptimizationAlgorithm.LBFGS));
    globally(
        "maxNumLineSearchIterations",
        Change.<FeedForwardLayer.Builder<?>>global(g -> g.maxNumLineSearchIterations(1))
            .where(
                g ->
                    g.updater(new Sgd(TOO_LONG))
                        .optimizationAlgo(OptimizationAlgorithm.LINE_GRADIENT_DESCENT)));
    globally("stepFunction", global(g -> g.stepFunction(new GradientStepFunction())));

    REFUSED_GLOBALLY.put("activation", global(g -> g.activation(Activation.RELU)));
    REFUSED_GLOBALLY.put("weightInit", global(g -> g.weightInit(WeightInit.ZERO)));
    REFUSED_GLOBALLY.put("dist", global(g -> g.dist(new NormalDistribution(0, 1))));
    REFUSED_GLOBALLY.put("biasInit", global(g -> g.biasInit(0.7)));
    REFUSED_GLOBALLY.put("dataType", global(g -> g.dataType(DataType.DOUBLE)));

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
    // DL4J gives it to its convolution and subsampling layers; a trunk's network has its padding.
    WITHOUT_EFFECT_GLOBALLY.put(
        "convolutionMode", global(g -> g.convolutionMode(ConvolutionMode.Truncate)));
  }

  /** With steps so long that a line search has to turn back. */
  private static Change<FeedForwardLayer.Builder<?>> algorithm(OptimizationAlgorithm algorithm) {
    return Change.<FeedForwardLayer.Builder<?>>global(g -> g.optimizationAlgo(algorithm))
        .where(g -> g.updater(new Sgd(TOO_LONG)));
  }

  @BeforeAll
  static void useTheReferenceEngine() {
    TrunkEngine.use(new Nd4jEngine(1));
  }

  @Test
  void everySettingIsHonouredOrRefusedOrWithoutEffect() {
    TreeSet<String> settings = new TreeSet<>(HONOURED.keySet());
    settings.addAll(REFUSED.keySet());
    settings.addAll(WITHOUT_EFFECT.keySet());
    settings.add("fanIn");
    assertThat(settings)
        .isEqualTo(DeclaredSettings.of(SparseTrunk.Builder.class))
        .hasSize(HONOURED.size() + REFUSED.size() + WITHOUT_EFFECT.size() + 1);
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
  Stream<DynamicTest> honouredSettingsChangeTheTrunkAsTheyChangeStockLayers() {
    return Stream.of(HONOURED, HONOURED_GLOBALLY)
        .flatMap(settings -> settings.entrySet().stream())
        .flatMap(
            setting ->
                setting.getValue().stream()
                    .map(
                        change ->
                            DynamicTest.dynamicTest(
                                setting.getKey(), () -> assertHonoured(setting.getKey(), change))));
  }

  private static void assertHonoured(String name, Change<FeedForwardLayer.Builder<?>> change) {
    Outcome trunk = trunk(change);
    trunk.assertEquals(stock(change), name);
    assertThat(trunk.differs(trunk(change.undone()))).as("effect of %s", name).isTrue();
  }

  @TestFactory
  Stream<DynamicTest> settingsWithoutEffectHaveNoneOnStockLayersEither() {
    return Stream.of(WITHOUT_EFFECT, WITHOUT_EFFECT_GLOBALLY)
        .flatMap(settings -> settings.entrySet().stream())
        .map(
            setting ->
                DynamicTest.dynamicTest(
                    setting.getKey(),
                    () -> {
                      Change<FeedForwardLayer.Builder<?>> change = setting.getValue();
                      assertThat(stock(change).differs(stock(Change.none()))).isFalse();
                      trunk(change).assertEquals(trunk(Change.none()), setting.getKey());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> refusedSettingsSayTheAlternative() {
    return Stream.of(REFUSED, REFUSED_GLOBALLY)
        .flatMap(settings -> settings.entrySet().stream())
        .map(
            setting ->
                DynamicTest.dynamicTest(
                    setting.getKey(), () -> assertRefused(PLAIN, setting.getValue())));
  }

  /** DL4J's batch norm heeds none of these, and a line search would move its statistics. */
  @TestFactory
  Stream<DynamicTest> settingsThatBatchNormRulesOut() {
    return Stream.<Change<FeedForwardLayer.Builder<?>>>of(
            layer(b -> b.biasUpdater(new Sgd(1))),
            layer(b -> b.l1Bias(0.1)),
            layer(b -> b.l2Bias(0.1)),
            layer(b -> b.weightNoise(new DropConnect(0.5, true))),
            layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(1), true, true))),
            layer(b -> b.constrainBias(new NonNegativeConstraint())),
            layer(b -> b.constrainAllParameters(new NonNegativeConstraint())),
            global(g -> g.biasUpdater(new Sgd(1))),
            global(g -> g.l2Bias(0.1)),
            global(g -> g.weightNoise(new DropConnect(0.5, true))),
            global(g -> g.constrainBias(new NonNegativeConstraint())),
            global(g -> g.optimizationAlgo(OptimizationAlgorithm.LBFGS)))
        .map(change -> DynamicTest.dynamicTest("refused", () -> assertRefused(NORMALISED, change)));
  }

  @Test
  void normsOfWeightsNeedLayersWithDimensions() {
    assertRefused(PLAIN, layer(b -> b.constrainWeights(new MaxNormConstraint(1, 1, 2, 3))));
    assertRefused(PLAIN, global(g -> g.constrainWeights(new MaxNormConstraint(1, 1, 2, 3))));
  }

  private static void assertRefused(
      NetworkSpec network, Change<FeedForwardLayer.Builder<?>> change) {
    Outcome outcome = Outcome.orFailure(() -> train(trunk(network), change));
    assertThat(outcome.failure())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageMatching(
            "Layer .* \\(SparseTrunk\\) cannot have this .*: .*"
                + "(Set |Use |Leave it out|FLOAT).*");
  }

  /** What the refusals of global settings advise. */
  @Test
  void theTrunkMaySayForItselfWhatItIs() {
    Outcome usual = trunk(Change.none());
    Change<FeedForwardLayer.Builder<?>> own =
        new Change<>(
            g -> g.activation(Activation.RELU).weightInit(WeightInit.ZERO).biasInit(0.7),
            b -> b.activation(Activation.IDENTITY).weightInit(WeightInit.RELU).biasInit(0));
    trunk(own).assertEquals(usual, "a trunk that says what it is");
  }

  @Test
  void namesItsSizeInWords() {
    assertThat(new SparseTrunk.Builder(PLAIN).build().toString())
        .contains("operators=2, kept=54 of 54 weights, fanIn=DENSE");
  }

  private static Outcome trunk(Change<FeedForwardLayer.Builder<?>> change) {
    return Outcome.orFailure(() -> train(trunk(PLAIN), change));
  }

  private static SparseTrunk.Builder trunk(NetworkSpec network) {
    return new SparseTrunk.Builder(network);
  }

  private static Outcome stock(Change<FeedForwardLayer.Builder<?>> change) {
    return Outcome.orFailure(
        () ->
            train(
                new ConvolutionLayer.Builder(3, 3)
                    .padding(1, 1)
                    .nOut(CLASSES)
                    .activation(Activation.IDENTITY),
                change));
  }

  private static Outcome train(
      FeedForwardLayer.Builder<?> builder, Change<FeedForwardLayer.Builder<?>> change) {
    NeuralNetConfiguration.Builder global =
        new NeuralNetConfiguration.Builder().seed(5).updater(new Sgd(0.5));
    change.apply(global, builder);
    NeuralNetConfiguration.ListBuilder list = global.list().layer(builder.build());
    boolean stock = builder instanceof ConvolutionLayer.Builder;
    if (stock) {
      list.layer(new GlobalPoolingLayer(PoolingType.AVG));
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(
                    InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels()))
                .build());
    network.init();
    if (stock) {
      startAsTheTrunkDoes(network);
    }
    Outcome outcome = Outcome.of(network, minibatch(1), minibatch(2));
    return stock ? outcome : biasesFirst(outcome);
  }

  /** And flattens gradients in the order of its parameters, which no line search of DL4J's does. */
  private static void startAsTheTrunkDoes(MultiLayerNetwork network) {
    float[] initial = Initialization.parameters(PLAIN, FanIn.DENSE, network.conf().getSeed());
    INDArray weights = network.getParam("0_W");
    weights.assign(
        Nd4j.createFromArray(Arrays.copyOf(initial, (int) weights.length()))
            .reshape(weights.shape()));
    List<String> named = network.conf().variables(false);
    named.clear();
    named.addAll(network.paramTable().keySet());
  }

  /** The trunk's parameters in the order of the stock convolution. */
  private static Outcome biasesFirst(Outcome trunk) {
    float[] ordered = new float[trunk.parameters().length];
    int weights = ordered.length - CLASSES;
    System.arraycopy(trunk.parameters(), weights, ordered, 0, CLASSES);
    System.arraycopy(trunk.parameters(), 0, ordered, CLASSES, weights);
    return new Outcome(ordered, trunk.outputs(), trunk.type(), trunk.score(), trunk.name(), null);
  }

  private static DataSet minibatch(int seed) {
    INDArray images =
        Nd4j.create(DataType.FLOAT, 4, IMAGE.channels(), IMAGE.height(), IMAGE.width());
    for (long i = 0; i < images.length(); i++) {
      images.putScalar(i, Math.sin(3.7 * i + seed) + 0.3 * Math.cos(11.1 * i));
    }
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, CLASSES);
    for (int n = 0; n < 4; n++) {
      labels.putScalar(n, (n * n + seed) % CLASSES, 1);
    }
    return new DataSet(images, labels);
  }
}
