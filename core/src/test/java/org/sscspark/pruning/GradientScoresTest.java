package org.sscspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.DoubleBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sscspark.data.Augmentation;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.nd4j.Nd4jDoubleNetwork;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.Support;
import org.sscspark.pattern.WeightShape;
import org.sscspark.pruning.method.Force;
import org.sscspark.pruning.method.Grasp;
import org.sscspark.pruning.method.SnipScore;
import org.sscspark.pruning.method.SynFlow;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

class GradientScoresTest {
  private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
  private static final LayerBudget GLOBAL = new LayerBudget.Global();
  private static final int INPUTS = 12;
  private static final int HIDDEN = 32;
  private static final int CLASSES = 4;
  private static final int EXAMPLES = 40;
  private static final Op.BatchNorm BATCH_NORM = new Op.BatchNorm("norm", "first", HIDDEN);

  @Test
  void synapticFlowIsConservedFromLayerToLayer() {
    NetworkSpec vgg = ModelZoo.named("vgg16", CIFAR, 10, 0.25);
    double[] flow = flow(vgg).saliency(weights(vgg), 1);

    WeightMask layers = WeightMask.all(vgg);
    double first = layerSum(flow, layers, 0);
    assertThat(first).isPositive();
    for (int layer = 1; layer < layers.layers(); layer++) {
      // Zero biases, scales of one and means of zero leave all flow to the weights.
      assertThat(layerSum(flow, layers, layer) / first)
          .as(layers.layer(layer).name())
          .isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void synapticFlowStaysFiniteWhereSinglePrecisionOverflows() {
    NetworkSpec resnet = ModelZoo.named("resnet32", CIFAR, 10, 2);
    double[] flow = flow(resnet).saliency(weights(resnet), 1);
    WeightMask layers = WeightMask.all(resnet);
    assertThat(layerSum(flow, layers, layers.layers() - 1)).isGreaterThan(Float.MAX_VALUE);
    assertThat(flow).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
  }

  @Test
  void synapticFlowInHundredStepsLeavesNoLayerEmptyAtOneInAThousand() {
    NetworkSpec vgg = ModelZoo.named("vgg11", CIFAR, 10, 0.125);
    Scorer flow = SynFlow.score(flow(vgg));
    Pruner hundredSteps = new Pruner(flow, new Schedule.Exponential(100), GLOBAL);
    Pruner oneShot = new Pruner(flow, new Schedule.OneShot(), GLOBAL);

    WeightMask kept = hundredSteps.prune(vgg, single(vgg), 0.001);
    assertThat(kept.count()).isEqualTo(DensityAllocator.keptOf(kept.size(), 0.001));
    assertThat(report(hundredSteps, kept).collapsedLayers()).isEmpty();
    WeightMask atOnce = oneShot.prune(vgg, single(vgg), 0.001);
    assertThat(report(oneShot, atOnce).collapsedLayers()).isNotEmpty();
  }

  /** One layer and a softmax: the Hessian-vector product has a closed form. */
  @Test
  void graspDifferenceIsTheAnalyticHessianProduct() {
    NetworkSpec linear = linearNetwork(6, 3);
    ScoringSet set = noise(linear.input(), 3, 10, 4, 7);
    double[] weights = weights(linear);
    double temperature = 2;
    LocalGradients gradients = gradients(linear, set, BatchNormMode.RUNNING, temperature);
    double[] direction = gradients.gradient(weights, 0);
    double length = Math.sqrt(IntStream.range(0, 18).mapToDouble(i -> square(direction[i])).sum());

    // Without kinks a wide difference is the more exact.
    double[] difference =
        new Grasp.Score(gradients, 1e-8)
            .hessianGradient(DoubleBuffer.wrap(weights), WeightMask.all(linear), 0);

    double[] analytic = analyticHessianProduct(set, weights, direction, 6, 3, temperature);
    for (int i = 0; i < analytic.length; i++) {
      assertThat(difference[i]).isCloseTo(analytic[i] / length, within(1e-7));
    }
  }

  /**
   * Two layers with batch norm and ReLU between: between kinks the Hessian-vector product has a
   * closed form, and there are 1,280 kinks.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-10, Grasp.Score.DEFAULT_RELATIVE_STEP, 1e-12})
  void graspRanksAsTheAnalyticHessianProductOfANetworkWithKinks(double relativeStep) {
    NetworkSpec network = twoLayers();
    ScoringSet set = noise(network.input(), CLASSES, EXAMPLES, 8, 11);
    double[] weights = weights(network);
    double temperature = 200;
    LocalGradients gradients = gradients(network, set, BatchNormMode.RUNNING, temperature);

    double[] difference =
        new Grasp.Score(gradients, relativeStep).score(single(network), WeightMask.all(network), 0);

    double[] analytic =
        twoLayerHessianProduct(set, weights, gradients.gradient(weights, 0), temperature);
    for (int i = 0; i < analytic.length; i++) {
      analytic[i] *= weights[i];
    }
    assertThat(rankCorrelation(difference, analytic)).isGreaterThan(0.999999);
  }

  @Test
  void graspRankingDoesNotDependOnTheDifferencesWidth() {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(3, 12, 12), 4, 0.5);
    GradientSource gradients =
        gradients(network, noise(network.input(), 4, 16, 8, 3), BatchNormMode.BATCH, 200);
    WeightMask narrow = pruneOnce(new Grasp.Score(gradients, 1e-11), network, 0.3);
    WeightMask wide = pruneOnce(new Grasp.Score(gradients, 1e-10), network, 0.3);
    int agree =
        (int)
            IntStream.range(0, narrow.size()).filter(i -> narrow.keeps(i) && wide.keeps(i)).count();
    assertThat((double) agree / narrow.count()).isGreaterThan(0.99);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.1, 0.02})
  void everyMethodKeepsExactlyTheBudget(double density) {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(3, 12, 12), 4, 0.5);
    GradientSource gradients =
        gradients(network, noise(network.input(), 4, 16, 8, 3), BatchNormMode.BATCH, 1);
    List<Scorer> scorers =
        List.of(
            new SnipScore(gradients),
            new Grasp.Score(gradients),
            new Force.Score(gradients),
            SynFlow.score(flow(network)),
            new InvertedScorer(new SnipScore(gradients)));
    for (Scorer scorer : scorers) {
      WeightMask kept =
          new Pruner(scorer, new Schedule.Exponential(4), GLOBAL)
              .prune(network, single(network), density);
      assertThat(kept.count())
          .as(scorer.method())
          .isEqualTo(DensityAllocator.keptOf(kept.size(), density));
    }
  }

  @Test
  void forceRevivesAndIterativeSnipDoesNot() {
    NetworkSpec network = ModelZoo.named("convnet", new FeatureShape(3, 12, 12), 4, 0.5);
    GradientSource gradients =
        gradients(network, noise(network.input(), 4, 16, 8, 3), BatchNormMode.BATCH, 1);
    assertThat(revived(new Force.Score(gradients), network)).isPositive();
    assertThat(revived(new SnipScore(gradients), network)).isZero();
  }

  @Test
  void snipSumsGradientsBeforeItTakesTheirSize() {
    NetworkSpec linear = linearNetwork(2, 2);
    // Two images that cancel in the gradient of every weight but those of the second input.
    ScoringSet set = new ScoringSet(linear.input(), new float[] {1, 1, -1, 1}, new int[] {0, 0}, 1);
    double[] zero = {0, 0, 0, 0};
    double[] gradient = gradients(linear, set, BatchNormMode.RUNNING, 1).gradient(zero, 0);
    assertThat(gradient).containsExactly(new double[] {0, -0.5, 0, 0.5}, within(1e-12));
  }

  private static PruningReport report(Pruner pruner, WeightMask kept) {
    return PruningReport.of(
        pruner,
        PruningPlan.of(new Method("synflow"), PruningSettings.defaults(), 1, Augmentation.none()),
        0.001,
        kept,
        GradientSources.NONE);
  }

  private static int revived(Scorer scorer, NetworkSpec network) {
    float[] initial = single(network);
    WeightMask first =
        new Pruner(scorer, new Schedule.OneShot(), GLOBAL).prune(network, initial, 0.2);
    double[] again = scorer.score(initial, first, 1);
    int revived = 0;
    for (int i = 0; i < again.length; i++) {
      if (!first.keeps(i) && again[i] > 0) {
        revived++;
      }
    }
    return revived;
  }

  private static WeightMask pruneOnce(Scorer scorer, NetworkSpec network, double density) {
    return new Pruner(scorer, new Schedule.OneShot(), GLOBAL)
        .prune(network, single(network), density);
  }

  private static double[] analyticHessianProduct(
      ScoringSet set, double[] w, double[] v, int inputs, int classes, double temperature) {
    double[] product = new double[w.length];
    for (int n = 0; n < set.examples(); n++) {
      double[] p = new double[classes];
      double[] u = new double[classes];
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        for (int i = 0; i < inputs; i++) {
          double x = set.images()[n * inputs + i];
          p[k] += w[k * inputs + i] * x / temperature;
          u[k] += v[k * inputs + i] * x / temperature;
        }
        p[k] = Math.exp(p[k]);
        sum += p[k];
      }
      double mean = 0;
      for (int k = 0; k < classes; k++) {
        p[k] /= sum;
        mean += p[k] * u[k];
      }
      for (int k = 0; k < classes; k++) {
        for (int i = 0; i < inputs; i++) {
          double x = set.images()[n * inputs + i];
          product[k * inputs + i] += p[k] * (u[k] - mean) * x / temperature / set.examples();
        }
      }
    }
    return product;
  }

  /** Directional derivative of the mean loss's gradient, layer by layer. */
  private static double[] twoLayerHessianProduct(
      ScoringSet set, double[] w, double[] v, double temperature) {
    double norm = 1 / Math.sqrt(1 + BATCH_NORM.epsilon());
    int second = HIDDEN * INPUTS;
    double[] product = new double[w.length];
    for (int n = 0; n < set.examples(); n++) {
      double[] hidden = new double[HIDDEN];
      double[] hiddenMoves = new double[HIDDEN];
      double[] p = new double[CLASSES];
      double[] logitMoves = new double[CLASSES];
      for (int j = 0; j < HIDDEN; j++) {
        for (int i = 0; i < INPUTS; i++) {
          double x = set.images()[n * INPUTS + i];
          hidden[j] += norm * w[j * INPUTS + i] * x;
          hiddenMoves[j] += norm * v[j * INPUTS + i] * x;
        }
        if (hidden[j] <= 0) {
          hidden[j] = 0;
          hiddenMoves[j] = 0;
        }
      }
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        for (int j = 0; j < HIDDEN; j++) {
          int at = second + k * HIDDEN + j;
          p[k] += w[at] * hidden[j] / temperature;
          logitMoves[k] += (v[at] * hidden[j] + w[at] * hiddenMoves[j]) / temperature;
        }
        p[k] = Math.exp(p[k]);
        sum += p[k];
      }
      double mean = 0;
      for (int k = 0; k < CLASSES; k++) {
        p[k] /= sum;
        mean += p[k] * logitMoves[k];
      }
      for (int k = 0; k < CLASSES; k++) {
        double slope = (p[k] - (set.labels()[n] == k ? 1 : 0)) / temperature / set.examples();
        double slopeMoves = p[k] * (logitMoves[k] - mean) / temperature / set.examples();
        for (int j = 0; j < HIDDEN; j++) {
          int at = second + k * HIDDEN + j;
          product[at] += slopeMoves * hidden[j] + slope * hiddenMoves[j];
          if (hidden[j] > 0) {
            double moves = norm * (v[at] * slope + w[at] * slopeMoves);
            for (int i = 0; i < INPUTS; i++) {
              product[j * INPUTS + i] += moves * set.images()[n * INPUTS + i];
            }
          }
        }
      }
    }
    return product;
  }

  private static NetworkSpec twoLayers() {
    return new NetworkSpec(
        "two-layers",
        new FeatureShape(INPUTS, 1, 1),
        List.of(
            new Op.Convolution(
                "first",
                NetworkSpec.INPUT,
                Support.dense(new WeightShape(HIDDEN, INPUTS, 1, 1)),
                1,
                0,
                false,
                1),
            BATCH_NORM,
            new Op.Relu("relu", BATCH_NORM.name()),
            new Op.FullyConnected(
                "classifier",
                "relu",
                Support.dense(new WeightShape(CLASSES, HIDDEN, 1, 1)),
                false)));
  }

  /** Spearman's, for values without ties but zeros at equal places. */
  private static double rankCorrelation(double[] a, double[] b) {
    int[] ranksOfA = ranks(a);
    int[] ranksOfB = ranks(b);
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += square(ranksOfA[i] - ranksOfB[i]);
    }
    return 1 - 6 * squares / (a.length * (square(a.length) - 1));
  }

  private static int[] ranks(double[] values) {
    List<Integer> order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .toList();
    int[] ranks = new int[values.length];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[order.get(rank)] = rank;
    }
    return ranks;
  }

  private static NetworkSpec linearNetwork(int inputs, int classes) {
    return new NetworkSpec(
        "linear",
        new FeatureShape(inputs, 1, 1),
        List.of(
            new Op.FullyConnected(
                "classifier",
                NetworkSpec.INPUT,
                Support.dense(new WeightShape(classes, inputs, 1, 1)),
                false)));
  }

  private static ScoringSet noise(
      FeatureShape shape, int classes, int examples, int chunk, long seed) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_DATA);
    float[] images = new float[examples * shape.size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    int[] labels = IntStream.range(0, examples).map(n -> n % classes).toArray();
    return new ScoringSet(shape, images, labels, chunk);
  }

  private static LocalGradients gradients(
      NetworkSpec network, ScoringSet set, BatchNormMode mode, double temperature) {
    return new LocalGradients(
        LossGradient.of(
            network, single(network), mode, temperature, new LossGradient.Precision.Doubles()),
        draw -> set);
  }

  private static SynapticFlow flow(NetworkSpec network) {
    return new SynapticFlow(new Nd4jDoubleNetwork(network), parameters(network));
  }

  private static float[] single(NetworkSpec network) {
    return Initialization.parameters(network, FanIn.DENSE, 3);
  }

  private static double[] parameters(NetworkSpec network) {
    float[] single = single(network);
    double[] parameters = new double[single.length];
    for (int i = 0; i < single.length; i++) {
      parameters[i] = single[i];
    }
    return parameters;
  }

  private static double[] weights(NetworkSpec network) {
    double[] weights = new double[WeightMask.all(network).size()];
    System.arraycopy(parameters(network), 0, weights, 0, weights.length);
    return weights;
  }

  private static double layerSum(double[] values, WeightMask layers, int layer) {
    double sum = 0;
    for (int i = layers.offset(layer); i < layers.offset(layer + 1); i++) {
      sum += values[i];
    }
    return sum;
  }

  private static double square(double x) {
    return x * x;
  }
}
