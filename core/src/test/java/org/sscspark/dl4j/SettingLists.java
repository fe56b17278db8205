package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.sscspark.dl4j.Change.global;
import static org.sscspark.dl4j.Change.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.Updater;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.stepfunctions.GradientStepFunction;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.junit.jupiter.api.DynamicTest;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What a layer does with each setting of one of DL4J's builders: it honours it (and then the
 * setting changes a network as it changes one of stock layers), refuses it in words, or knows it to
 * have no effect by nature (and then it has none on stock layers either).
 *
 * @param <B> the builder that this project's layer and the stock layer have in common
 */
@SuppressWarnings("deprecation") // DL4J's old settings are settings too.
final class SettingLists<B extends FeedForwardLayer.Builder<?>> {
  private final Map<String, List<Change<B>>> honoured = new LinkedHashMap<>();
  private final Map<String, Change<B>> refused = new LinkedHashMap<>();
  private final Map<String, Change<B>> withoutEffect = new LinkedHashMap<>();

  @SafeVarargs
  final SettingLists<B> honoured(String setting, Change<B>... changes) {
    honoured.put(setting, List.of(changes));
    return this;
  }

  SettingLists<B> refused(String setting, Change<B> change) {
    refused.put(setting, change);
    return this;
  }

  SettingLists<B> withoutEffect(String setting, Change<B> change) {
    withoutEffect.put(setting, change);
    return this;
  }

  /** A new setting of DL4J's is in no list, and no setting may be in two. */
  void assertComplete(Class<?> builder, List<String> own) {
    TreeSet<String> all = new TreeSet<>(own);
    all.addAll(honoured.keySet());
    all.addAll(refused.keySet());
    all.addAll(withoutEffect.keySet());
    assertThat(all)
        .isEqualTo(DeclaredSettings.of(builder))
        .hasSize(own.size() + honoured.size() + refused.size() + withoutEffect.size());
  }

  /** Compares this project's layer with the stock layer, and with itself without the setting. */
  Stream<DynamicTest> honoured(
      Function<Change<B>, Outcome> ours, Function<Change<B>, Outcome> stock) {
    return honoured.entrySet().stream()
        .flatMap(
            setting ->
                setting.getValue().stream()
                    .map(
                        change ->
                            dynamicTest(
                                setting.getKey(),
                                () -> {
                                  Outcome outcome = ours.apply(change);
                                  outcome.assertEquals(stock.apply(change), setting.getKey());
                                  assertThat(outcome.differs(ours.apply(change.undone())))
                                      .as("effect of %s", setting.getKey())
                                      .isTrue();
                                })));
  }

  /** Compares both layers with themselves without the setting. */
  Stream<DynamicTest> withoutEffect(
      Function<Change<B>, Outcome> ours, Function<Change<B>, Outcome> stock) {
    return withoutEffect.entrySet().stream()
        .map(
            setting ->
                dynamicTest(
                    setting.getKey(),
                    () -> {
                      Change<B> change = setting.getValue();
                      assertThat(stock.apply(change).differs(stock.apply(change.undone())))
                          .isFalse();
                      ours.apply(change)
                          .assertEquals(ours.apply(change.undone()), setting.getKey());
                    }));
  }

  Stream<DynamicTest> refused(Consumer<Change<B>> assertRefused) {
    return refused.entrySet().stream()
        .map(
            setting ->
                dynamicTest(setting.getKey(), () -> assertRefused.accept(setting.getValue())));
  }

  /** What both layers do alike with settings of a layer's builder. */
  static <B extends FeedForwardLayer.Builder<?>> SettingLists<B> ofLayer() {
    return new SettingLists<B>()
        .honoured("name", layer(b -> b.name("tested")))
        .honoured(
            "dropOut", layer(b -> b.dropOut(0.5)), layer(b -> b.dropOut(new GaussianDropout(1))))
        .honoured("l1", layer(b -> b.l1(0.1)))
        .honoured("l2", layer(b -> b.l2(0.1)))
        .honoured("l1Bias", layer(b -> b.l1Bias(0.5)))
        .honoured("l2Bias", layer(b -> b.l2Bias(0.5)))
        .honoured(
            "weightDecay", layer(b -> b.weightDecay(0.1)), layer(b -> b.weightDecay(0.1, false)))
        .honoured("weightDecayBias", layer(b -> b.weightDecayBias(0.5)))
        .honoured(
            "regularization", layer(b -> b.regularization(List.of(new L2Regularization(0.2)))))
        .honoured(
            "regularizationBias",
            layer(b -> b.regularizationBias(List.of(new L2Regularization(0.5)))))
        .honoured(
            "updater",
            layer(b -> b.updater(new Adam(0.01))),
            layer(b -> b.updater(Updater.NESTEROVS)))
        .honoured("biasUpdater", layer(b -> b.biasUpdater(new Nesterovs(0.5, 0.9))))
        .honoured(
            "gradientNormalization",
            normalised(GradientNormalization.RenormalizeL2PerLayer),
            normalised(GradientNormalization.RenormalizeL2PerParamType),
            normalised(GradientNormalization.ClipElementWiseAbsoluteValue),
            normalised(GradientNormalization.ClipL2PerLayer),
            normalised(GradientNormalization.ClipL2PerParamType))
        .honoured(
            "gradientNormalizationThreshold",
            Change.<B>layer(b -> b.gradientNormalizationThreshold(0.005))
                .where(g -> g.gradientNormalization(GradientNormalization.ClipL2PerLayer)))
        .honoured("constrainWeights", layer(b -> b.constrainWeights(new NonNegativeConstraint())))
        .honoured("constrainBias", layer(b -> b.constrainBias(new NonNegativeConstraint())))
        .honoured(
            "constrainAllParameters",
            layer(b -> b.constrainAllParameters(new NonNegativeConstraint())))
        .honoured(
            "weightNoise",
            layer(b -> b.weightNoise(new DropConnect(0.5))),
            layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(0.2), false))),
            layer(b -> b.weightNoise(new WeightNoise(new ConstantDistribution(0.2), true, false))))
        .withoutEffect("gainInit", layer(b -> b.gainInit(3)));
  }

  private static <B extends FeedForwardLayer.Builder<?>> Change<B> normalised(
      GradientNormalization mode) {
    return layer(b -> b.gradientNormalization(mode).gradientNormalizationThreshold(0.01));
  }

  /**
   * What both layers do alike with settings of the global configuration.
   *
   * @param longSteps in which a line search has to turn back
   */
  static <B extends FeedForwardLayer.Builder<?>> SettingLists<B> ofGlobalConfiguration(
      Consumer<NeuralNetConfiguration.Builder> longSteps) {
    return new SettingLists<B>()
        .honoured("l1", global(g -> g.l1(0.1)))
        .honoured("l2", global(g -> g.l2(0.1)))
        .honoured("l1Bias", global(g -> g.l1Bias(0.5)))
        .honoured("l2Bias", global(g -> g.l2Bias(0.5)))
        .honoured("weightDecay", global(g -> g.weightDecay(0.1)))
        .honoured("weightDecayBias", global(g -> g.weightDecayBias(0.5)))
        .honoured("regularization", global(g -> g.regularization(terms(0.2))))
        .honoured("regularizationBias", global(g -> g.regularizationBias(terms(0.5))))
        .honoured("dropOut", global(g -> g.dropOut(0.5)))
        .honoured("idropOut", global(g -> g.setIdropOut(new GaussianDropout(1))))
        .honoured(
            "weightNoise",
            global(g -> g.weightNoise(new WeightNoise(new ConstantDistribution(0.2), true, false))))
        .honoured("updater", global(g -> g.updater(new Adam(0.01))))
        .honoured("iUpdater", global(g -> g.setIUpdater(new Adam(0.01))))
        .honoured("biasUpdater", global(g -> g.biasUpdater(new Nesterovs(0.5, 0.9))))
        .honoured(
            "gradientNormalization",
            global(g -> g.gradientNormalization(GradientNormalization.RenormalizeL2PerLayer)))
        .honoured(
            "gradientNormalizationThreshold",
            Change.<B>global(g -> g.gradientNormalizationThreshold(0.005))
                .where(g -> g.gradientNormalization(GradientNormalization.ClipL2PerParamType)))
        .honoured("constrainWeights", global(g -> g.constrainWeights(new NonNegativeConstraint())))
        .honoured("constrainBias", global(g -> g.constrainBias(new NonNegativeConstraint())))
        .honoured("seed", global(g -> g.seed(7)))
        .honoured("miniBatch", global(g -> g.miniBatch(false)))
        .honoured(
            "optimizationAlgo",
            SettingLists.<B>algorithm(OptimizationAlgorithm.LINE_GRADIENT_DESCENT).where(longSteps),
            SettingLists.<B>algorithm(OptimizationAlgorithm.CONJUGATE_GRADIENT).where(longSteps),
            SettingLists.<B>algorithm(OptimizationAlgorithm.LBFGS).where(longSteps))
        .honoured(
            "maxNumLineSearchIterations",
            Change.<B>global(g -> g.maxNumLineSearchIterations(1))
                .where(
                    longSteps.andThen(
                        g -> g.optimizationAlgo(OptimizationAlgorithm.LINE_GRADIENT_DESCENT))))
        .honoured("stepFunction", global(g -> g.stepFunction(new GradientStepFunction())))
        // DL4J loses it on its way to any layer.
        .withoutEffect(
            "constrainAllParameters",
            global(g -> g.constrainAllParameters(new NonNegativeConstraint())))
        .withoutEffect("gainInit", global(g -> g.setGainInit(3)))
        .withoutEffect("minimize", global(g -> g.minimize(false)))
        .withoutEffect("cacheMode", global(g -> g.cacheMode(CacheMode.DEVICE)))
        .withoutEffect(
            "trainingWorkspaceMode", global(g -> g.trainingWorkspaceMode(WorkspaceMode.NONE)))
        .withoutEffect(
            "inferenceWorkspaceMode", global(g -> g.inferenceWorkspaceMode(WorkspaceMode.NONE)))
        .withoutEffect("cudnnAlgoMode", global(g -> g.cudnnAlgoMode(AlgoMode.NO_WORKSPACE)));
  }

  private static <B extends FeedForwardLayer.Builder<?>> Change<B> algorithm(
      OptimizationAlgorithm algorithm) {
    return global(g -> g.optimizationAlgo(algorithm));
  }

  private static List<Regularization> terms(double l2) {
    return new ArrayList<>(List.of(new L2Regularization(l2)));
  }

  /** Steps from which a line search has to turn back. */
  static Consumer<NeuralNetConfiguration.Builder> steps(double rate) {
    return g -> g.updater(new Sgd(rate));
  }
}
