package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.dl4j.Change.global;
import static org.sscspark.dl4j.Change.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
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
import org.nd4j.linalg.learning.config.Sgd;
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

  /** A convolution and the mean of each of its channels. */
  private static final NetworkSpec PLAIN = network(true, List.of());

  private static final NetworkSpec NORMALISED =
      network(false, List.of(new Op.BatchNorm("norm", "conv", CLASSES)));

  private static final SettingLists<FeedForwardLayer.Builder<?>> OF_LAYER =
      SettingLists.<FeedForwardLayer.Builder<?>>ofLayer()
          .refused("activation", layer(b -> b.activation(Activation.RELU)))
          .refused("weightInit", layer(b -> b.weightInit(WeightInit.ZERO)))
          .refused("dist", layer(b -> b.dist(new NormalDistribution(0, 1))))
          .refused("biasInit", layer(b -> b.biasInit(0.7)))
          .refused("nIn", layer(b -> b.nIn(7)))
          .refused("nOut", layer(b -> b.nOut(7)))
          .refused("units", layer(b -> b.units(7)));

  private static final SettingLists<FeedForwardLayer.Builder<?>> GLOBAL =
      SettingLists.<FeedForwardLayer.Builder<?>>ofGlobalConfiguration(SettingLists.steps(100))
          .refused("activation", global(g -> g.activation(Activation.RELU)))
          .refused("weightInit", global(g -> g.weightInit(WeightInit.ZERO)))
          .refused("dist", global(g -> g.dist(new NormalDistribution(0, 1))))
          .refused("biasInit", global(g -> g.biasInit(0.7)))
          .refused("dataType", global(g -> g.dataType(DataType.DOUBLE)))
          // DL4J gives it to its convolution and subsampling layers; a trunk's network has its own.
          .withoutEffect(
              "convolutionMode", global(g -> g.convolutionMode(ConvolutionMode.Truncate)));

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

  @BeforeAll
  static void useTheReferenceEngine() {
    TrunkEngine.use(new Nd4jEngine(1));
  }

  @Test
  void everySettingIsHonouredOrRefusedOrWithoutEffect() {
    OF_LAYER.assertComplete(SparseTrunk.Builder.class, List.of("fanIn"));
    GLOBAL.assertComplete(NeuralNetConfiguration.Builder.class, STRUCTURE);
  }

  @TestFactory
  Stream<DynamicTest> honouredSettingsChangeTheTrunkAsTheyChangeStockLayers() {
    return Stream.concat(
        OF_LAYER.honoured(SparseTrunkSettingsTest::trunk, SparseTrunkSettingsTest::stock),
        GLOBAL.honoured(SparseTrunkSettingsTest::trunk, SparseTrunkSettingsTest::stock));
  }

  @TestFactory
  Stream<DynamicTest> settingsWithoutEffectHaveNoneOnStockLayersEither() {
    return Stream.concat(
        OF_LAYER.withoutEffect(SparseTrunkSettingsTest::trunk, SparseTrunkSettingsTest::stock),
        GLOBAL.withoutEffect(SparseTrunkSettingsTest::trunk, SparseTrunkSettingsTest::stock));
  }

  @TestFactory
  Stream<DynamicTest> refusedSettingsSayTheAlternative() {
    return Stream.concat(
        OF_LAYER.refused(change -> assertRefused(PLAIN, change)),
        GLOBAL.refused(change -> assertRefused(PLAIN, change)));
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
