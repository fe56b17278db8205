package org.sscspark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Engine;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.engine.RandomNetworks.Kind;
import org.sscspark.engine.Replica;
import org.sscspark.engine.Replicas;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.nd4j.Nd4jEngine;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;

class SparseTrunkTest {
  private static final Engine ENGINE = new Nd4jEngine(1);
  private static final double L2 = 0.01;

  private final RandomNetworks random = new RandomNetworks(42);
  private final NetworkSpec network = random.network(Kind.RESIDUAL);

  @BeforeAll
  static void useTheReferenceEngine() {
    TrunkEngine.use(ENGINE);
  }

  @Test
  void startsFromTheInitializationOfItsSeed() {
    ComputationGraph graph = graph(new Sgd(0.1), 7);

    assertThat(graph.params().toFloatVector())
        .isEqualTo(
            Initialization.parameters(network, SscSettings.of(DensityProfile.UNIFORM).fanIn(), 7));
    assertThat(graph.paramTable().keySet()).containsExactly("trunk_W", "trunk_A", "trunk_S");
  }

  @Test
  void computesWhatAReplicaComputes() {
    ComputationGraph graph = graph(new Sgd(0.1), 1);
    for (int count : List.of(2, 5, 3)) {
      Batches batch = Batches.random(network, count, random);

      INDArray logits =
          graph.feedForward(batch.dataSet().getFeatures(), false).get(SparseGraph.TRUNK);

      float[] expected =
          Replicas.step(
                  ENGINE,
                  network,
                  graph.params().toFloatVector(),
                  batch.images(),
                  count,
                  BatchNormMode.RUNNING,
                  new float[count * network.classes()])
              .logits();
      assertThat(logits.reshape(logits.length()).toFloatVector()).isEqualTo(expected);
    }
  }

  @Test
  void survivesJsonWithEqualConfigurationAndOutputs() {
    ComputationGraph graph = graph(new Nesterovs(0.1, 0.9), 3);
    ComputationGraphConfiguration read =
        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
    ComputationGraph restored = new ComputationGraph(read);
    restored.init(graph.params().dup(), false);
    INDArray images = Batches.random(network, 3, random).dataSet().getFeatures();

    assertThat(read).isEqualTo(graph.getConfiguration());
    assertThat(restored.outputSingle(images)).isEqualTo(graph.outputSingle(images));
    assertThat(((SparseTrunk) restored.getLayer(SparseGraph.TRUNK).conf().getLayer()).network())
        .isEqualTo(network);
  }

  @Test
  void survivesJavaSerialization() throws IOException, ClassNotFoundException {
    ComputationGraphConfiguration configuration = graph(new Adam(0.1), 3).getConfiguration();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(configuration);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(configuration);
    }
  }

  @Test
  void differsFromTrunksOfOtherNetworks() {
    SparseTrunk trunk = new SparseTrunk.Builder(network).build();

    assertThat(trunk).isEqualTo(new SparseTrunk.Builder(network).build());
    assertThat(trunk).hasSameHashCodeAs(new SparseTrunk.Builder(network).build());
    assertThat(trunk).isNotEqualTo(new SparseTrunk.Builder(random.network(Kind.PLAIN)).build());
    assertThat(trunk).isNotEqualTo(new SparseTrunk.Builder(network).fanIn(FanIn.KEPT).build());
  }

  enum Rule {
    SGD,
    NESTEROV,
    ADAM;

    IUpdater updater() {
      return switch (this) {
        case SGD -> new Sgd(0.05);
        case NESTEROV -> new Nesterovs(0.05, 0.9);
        case ADAM -> new Adam(0.05, 0.9, 0.999, 1e-8);
      };
    }

    /** Returns the step to subtract; state is [v] or [m | v]. */
    double step(double gradient, double[] state, int i, int size, int iteration) {
      switch (this) {
        case SGD:
          return 0.05 * gradient;
        case NESTEROV:
          double before = state[i];
          state[i] = 0.9 * before - 0.05 * gradient;
          return 0.9 * before - 1.9 * state[i];
        default:
          state[i] = 0.9 * state[i] + 0.1 * gradient;
          state[size + i] = 0.999 * state[size + i] + 0.001 * gradient * gradient;
          double rate =
              0.05
                  * Math.sqrt(1 - Math.pow(0.999, iteration + 1))
                  / (1 - Math.pow(0.9, iteration + 1));
          return rate * state[i] / (Math.sqrt(state[size + i]) + 1e-8);
      }
    }
  }

  /** Mean gradient, L2 on weights only, the updater's formula, and statistics from forward. */
  @ParameterizedTest
  @EnumSource(Rule.class)
  void trainsByTheUpdatersFormula(Rule rule) {
    ComputationGraph graph = graph(rule.updater(), 5);
    ParameterLayout layout = ParameterLayout.of(network);
    int size = layout.trainableCount();
    double[] state = new double[2 * size];
    try (Replica replica = ENGINE.replica(network, 6)) {
      System.arraycopy(graph.params().toFloatVector(), 0, replica.parameters(), 0, layout.size());
      for (int iteration = 0; iteration < 4; iteration++) {
        Batches batch = Batches.random(network, 4 + iteration % 3, random);
        graph.fit(batch.dataSet());

        double loss = backpropagate(replica, batch);
        double squares = 0;
        for (int i = 0; i < size; i++) {
          double weight = replica.parameters()[i];
          squares += i < layout.weightCount() ? weight * weight : 0;
          double decay = i < layout.weightCount() ? L2 * weight : 0;
          double gradient = replica.gradients()[i] + decay;
          replica.parameters()[i] -= (float) rule.step(gradient, state, i, size, iteration);
        }

        assertThat(graph.score()).isCloseTo(loss + L2 / 2 * squares, within(1e-4));
        float[] trained = graph.params().toFloatVector();
        for (int i = 0; i < trained.length; i++) {
          float expected = replica.parameters()[i];
          assertThat(trained[i])
              .as("parameter %d after step %d", i, iteration)
              .isCloseTo(expected, within(2e-4f * Math.max(1, Math.abs(expected))));
        }
      }
    }
  }

  private double backpropagate(Replica replica, Batches batch) {
    int count = batch.labels().length;
    float[] logits = new float[count * network.classes()];
    float[] input = Replicas.input(replica, batch.images(), count);
    replica.forward(input, count, BatchNormMode.BATCH_AND_UPDATE, logits);
    double loss =
        SoftmaxCrossEntropy.lossAndGradient(
            logits, batch.labels(), count, network.classes(), 0, logits);
    replica.backward(logits);
    return loss;
  }

  @Test
  void movesStatisticsByTrainingOnly() {
    ComputationGraph graph = graph(new Nesterovs(0.1, 0.9), 5);
    DataSet batch = Batches.random(network, 4, random).dataSet();
    INDArray before = graph.getParam("trunk_S").dup();

    graph.output(batch.getFeatures());
    assertThat(graph.getParam("trunk_S")).isEqualTo(before);

    graph.fit(batch);
    assertThat(graph.getParam("trunk_S")).isNotEqualTo(before);
  }

  @Test
  void evaluates() {
    ComputationGraph graph = graph(new Nesterovs(0.05, 0.9), 5);
    DataSet batch = Batches.random(network, 12, random).dataSet();
    for (int i = 0; i < 60; i++) {
      graph.fit(batch);
    }
    DataSetIterator iterator = new ListDataSetIterator<>(batch.asList(), 5);

    Evaluation evaluation = graph.evaluate(iterator);

    assertThat(evaluation.accuracy()).isGreaterThan(0.9);
  }

  @Test
  void runsNetworksWithoutBatchNorm() {
    NetworkSpec plain = random.network(Kind.PLAIN);
    ComputationGraph graph =
        new ComputationGraph(SparseGraph.configuration(plain, new Sgd(0.01), 0, 1));
    graph.init();

    graph.fit(Batches.random(plain, 3, random).dataSet());

    assertThat(graph.paramTable().keySet()).containsExactly("trunk_W", "trunk_A");
  }

  @Test
  void refusesDoublePrecision() {
    ComputationGraphConfiguration configuration =
        SparseGraph.configuration(network, new Sgd(0.1), 0, 1);
    configuration.setDataType(DataType.DOUBLE);

    assertThatThrownBy(() -> new ComputationGraph(configuration).init())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("data type DOUBLE: it computes in DataType.FLOAT only");
  }

  /** Channels last would be read as channels first. */
  @Test
  void refusesOtherImagesWhenBuilt() {
    FeatureShape shape = network.input();
    for (InputType input :
        List.of(
            InputType.convolutional(5, 99, 3),
            InputType.convolutional(
                shape.height(), shape.width(), shape.channels(), CNN2DFormat.NHWC),
            InputType.convolutionalFlat(1, 1, shape.size()))) {
      assertThatThrownBy(() -> untrained(input))
          .isInstanceOf(DL4JInvalidConfigException.class)
          .hasMessageContaining("it reads images [N, C, H, W] of " + shape);
    }
    untrained(InputType.convolutionalFlat(shape.height(), shape.width(), shape.channels()));
  }

  private MultiLayerConfiguration untrained(InputType input) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new SparseTrunk.Builder(network).build())
        .layer(new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build())
        .setInputType(input)
        .build();
  }

  @Test
  void badInputThrowsDl4jsException() {
    FeatureShape shape = network.input();
    ComputationGraph graph = graph(new Sgd(0.1), 5);
    for (long[] wrong :
        new long[][] {
          {2, shape.size()},
          {2, shape.channels() + 1, shape.height(), shape.width()},
          {2, shape.channels(), shape.height() + 1, shape.width()}
        }) {
      INDArray images = Nd4j.create(DataType.FLOAT, wrong);
      assertThatThrownBy(
              () -> graph.getLayer(0).activate(images, false, LayerWorkspaceMgr.noWorkspaces()))
          .isInstanceOf(DL4JInvalidInputException.class)
          .hasMessageContaining("reads images [N, C, H, W] of " + shape);
    }
  }

  @Test
  void refusesMasksOfImages() {
    ComputationGraph graph = graph(new Sgd(0.1), 5);
    DataSet batch = Batches.random(network, 4, random).dataSet();
    FeatureShape shape = network.input();
    INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 1, shape.height(), shape.width());
    batch.setFeaturesMaskArray(mask);

    assertThatThrownBy(() -> graph.fit(batch))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("reads whole images and takes no mask");
  }

  @Test
  void parametersMayComeAsViews() {
    ComputationGraph usual = graph(new Sgd(0.1), 5);
    DataSet batch = Batches.random(network, 4, random).dataSet();
    INDArray parameters = usual.params().dup();
    INDArray column = Nd4j.create(DataType.FLOAT, parameters.length(), 3).getColumn(1);
    column.assign(parameters);
    ComputationGraph viewed =
        new ComputationGraph(SparseGraph.configuration(network, new Sgd(0.1), L2, 5));
    viewed.init(column, false);
    usual.fit(batch);
    viewed.fit(batch);

    assertThat(viewed.params().dup().toFloatVector()).isEqualTo(usual.params().toFloatVector());
  }

  private ComputationGraph graph(IUpdater updater, long seed) {
    ComputationGraph graph =
        new ComputationGraph(SparseGraph.configuration(network, updater, L2, seed));
    graph.init();
    return graph;
  }
}
