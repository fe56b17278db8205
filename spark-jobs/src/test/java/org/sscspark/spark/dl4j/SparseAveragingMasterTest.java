package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.sscspark.spark.dl4j.Networks.CLASSES;
import static org.sscspark.spark.dl4j.Networks.FEATURES;
import static org.sscspark.spark.dl4j.Networks.configuration;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.graph;
import static org.sscspark.spark.dl4j.Networks.layers;
import static org.sscspark.spark.dl4j.Networks.master;
import static org.sscspark.spark.dl4j.Networks.minibatch;
import static org.sscspark.spark.dl4j.Networks.minibatches;
import static org.sscspark.spark.dl4j.Networks.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.dl4j.SparseGraph;
import org.sscspark.dl4j.SscConvolution;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.SscPattern;
import org.sscspark.spark.LocalSpark;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.averaging.TaskSlots;
import scala.reflect.ClassTag$;

@ExtendWith(LocalSpark.class)
class SparseAveragingMasterTest {
  private static float[] parametersAfter(
      JavaSparkContext spark,
      TrainingMaster<?, ?> master,
      IUpdater updater,
      JavaRDD<DataSet> minibatches,
      int epochs) {
    SparkComputationGraph trained = new SparkComputationGraph(spark, graph(updater), master);
    for (int epoch = 0; epoch < epochs; epoch++) {
      trained.fit(minibatches);
    }
    return trained.getNetwork().params().toFloatVector();
  }

  @Test
  void oneWorkerIsTheLocalLoopBitForBit(JavaSparkContext spark) {
    List<DataSet> minibatches = minibatches(7, 4);
    ComputationGraph local = graph(new Nesterovs(0.1, 0.9));
    for (int epoch = 0; epoch < 2; epoch++) {
      minibatches.forEach(local::fit);
    }
    float[] distributed =
        parametersAfter(
            spark, master(3), new Nesterovs(0.1, 0.9), spark.parallelize(minibatches, 1), 2);
    assertThat(distributed).isEqualTo(local.params().toFloatVector());
  }

  @Test
  void sparseGraphsTrainAsTheyDoLocally(JavaSparkContext spark) {
    NetworkSpec network =
        SscDesign.apply(
            ModelZoo.named("convnet", new FeatureShape(1, 6, 6), CLASSES, 1),
            0.5,
            SscSettings.of(DensityProfile.UNIFORM));
    ComputationGraphConfiguration configuration =
        SparseGraph.configuration(network, new Nesterovs(0.05, 0.9), 1e-3, 1);
    Random random = new Random(8);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      DataSet flat = minibatch(random, 36, 3);
      minibatches.add(new DataSet(flat.getFeatures().reshape(3, 1, 6, 6), flat.getLabels()));
    }
    ComputationGraph local = new ComputationGraph(configuration.clone());
    local.init();
    float[] initial = Initialization.parameters(network, FanIn.KEPT, 1);
    local.setParams(Nd4j.createFromArray(initial));
    ComputationGraph averaged = local.clone();
    minibatches.forEach(local::fit);
    SparkComputationGraph trained = new SparkComputationGraph(spark, averaged, master(2));
    trained.fit(spark.parallelize(minibatches, 1));
    assertThat(trained.getNetwork().params().toFloatVector())
        .isEqualTo(local.params().toFloatVector())
        .isNotEqualTo(initial);
  }

  @Test
  void averagingEveryStepWithGradientDescentIsOneMachineOnTheJoinedBatch(JavaSparkContext spark) {
    // Partition 0 holds elements 0..3, partition 1 elements 4..7; sizes differ between the two.
    Random random = new Random(3);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      minibatches.add(minibatch(random, FEATURES, i < 4 ? 2 : 6));
    }
    ComputationGraph local = graph(new Sgd(0.2));
    for (int step = 0; step < 4; step++) {
      local.fit(DataSet.merge(List.of(minibatches.get(step), minibatches.get(4 + step))));
    }
    float[] distributed =
        parametersAfter(spark, master(1), new Sgd(0.2), spark.parallelize(minibatches, 2), 1);
    assertThat(distributed).containsExactly(local.params().toFloatVector(), within(2e-6f));
  }

  @Test
  void agreesWithTheStockMasterWhereTheyMeanTheSame(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(2, 5), 2);
    IUpdater updater = new Nesterovs(0.1, 0.9);
    assertThat(parametersAfter(spark, master(1), updater, minibatches, 3))
        .containsExactly(
            parametersAfter(spark, stock(2, 5), updater, minibatches, 3), within(1e-6f));
  }

  @Test
  void slicesCollectAndRepetitionGiveTheSameBits(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(9, 3), 3);
    IUpdater updater = new Nesterovs(0.1, 0.9);
    float[] first = parametersAfter(spark, master(2), updater, minibatches, 2);
    for (Reduction reduction : Reduction.values()) {
      SparseAveragingMaster other =
          new SparseAveragingMaster(2, reduction, OptimizerStateMode.AVERAGE, 1);
      assertThat(parametersAfter(spark, other, updater, minibatches, 2)).isEqualTo(first);
    }
  }

  @Test
  void anExecutorKeepsOneNetworkPerSlotBetweenRounds(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(8, 2), 2);
    SparkComputationGraph trained =
        new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(1));
    String atFirst = AveragedNetwork.of(trained.getNetwork()).configuration();
    trained.fit(minibatches);
    assertThat(AveragedNetwork.of(trained.getNetwork()).configuration())
        .as("what executors know the graph by")
        .isEqualTo(atFirst);
    assertThat(NetworkWorker.idleNetworks()).isBetween(1, TaskSlots.count(spark));
    assertThat(spark.sc().persistentRdds().size()).isZero();
  }

  /** SparkDl4jMultiLayer, whose network may have masks of labels alone. */
  @Test
  void layersOnOneWorkerAreTheLocalLoopBitForBit(JavaSparkContext spark) {
    List<DataSet> minibatches = minibatches(5, 4);
    minibatches.get(2).setLabelsMaskArray(Nd4j.createFromArray(1f, 0f, 1f, 0f).reshape(4, 1));
    MultiLayerNetwork local = dense(new Adam(0.05));
    minibatches.forEach(local::fit);
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), master(2));

    assertThat(trained.fit(spark.parallelize(minibatches, 1))).isSameAs(trained.getNetwork());
    assertThat(trained.getNetwork().params()).isEqualTo(local.params());
    assertThat(trained.getNetwork().updaterState()).isEqualTo(local.updaterState());
    assertThat(trained.getNetwork().getIterationCount()).isEqualTo(5);
    assertThat(trained.getScore()).isEqualTo(local.score());
  }

  @Test
  void layersAgreeWithTheStockMasterWhereTheyMeanTheSame(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(2, 5), 2);
    SparkDl4jMultiLayer ours = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), master(1));
    SparkDl4jMultiLayer stock = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), stock(2, 5));
    for (int epoch = 0; epoch < 3; epoch++) {
      ours.fit(minibatches);
      stock.fit(minibatches);
    }
    assertThat(ours.getNetwork().params().toFloatVector())
        .containsExactly(stock.getNetwork().params().toFloatVector(), within(1e-6f));
    assertThat(ours.getScore()).isCloseTo(stock.getScore(), within(1e-6));
    assertThat(ours.getNetwork().getEpochCount()).isEqualTo(stock.getNetwork().getEpochCount());
  }

  /**
   * The wrapper's score, by which early stopping decides, is that of the workers' last minibatch.
   */
  @Test
  void theScoreIsTheStockMasters(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(4, 5), 2);
    SparkComputationGraph ours = new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(2));
    SparkComputationGraph stock =
        new SparkComputationGraph(
            spark,
            graph(new Sgd(0.1)),
            new ParameterAveragingTrainingMaster.Builder(2, 5)
                .batchSizePerWorker(5)
                .averagingFrequency(2)
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .repartionData(Repartition.Never)
                .build());
    ours.fit(minibatches);
    stock.fit(minibatches);

    assertThat(ours.getScore()).isCloseTo(stock.getScore(), within(1e-6)).isPositive();
    assertThat(ours.getNetwork().score()).isEqualTo(ours.getScore());
  }

  /** Some updaters start from their epsilon, not from zeros. */
  @ParameterizedTest
  @MethodSource("updaters")
  void aResetStateIsThatOfAFreshUpdater(IUpdater updater, JavaSparkContext spark) {
    List<DataSet> minibatches = minibatches(4, 5);
    ComputationGraph local = graph(updater);
    for (int i = 0; i < minibatches.size(); i++) {
      local.fit(minibatches.get(i));
      if (i % 2 == 1) {
        INDArray fresh = new ComputationGraphUpdater(local).getStateViewArray();
        local.getUpdater().setStateViewArray(fresh);
      }
    }
    SparkComputationGraph trained =
        new SparkComputationGraph(
            spark,
            graph(updater),
            new SparseAveragingMaster(2, Reduction.AUTO, OptimizerStateMode.RESET, 1));
    trained.fit(spark.parallelize(minibatches, 1));

    assertThat(trained.getNetwork().params()).isEqualTo(local.params());
    assertThat(trained.getNetwork().updaterState()).isEqualTo(local.updaterState());
  }

  /** All of DL4J's but AdaBelief, which its own updaters cannot make. */
  static Stream<IUpdater> updaters() {
    return Stream.of(
        new AdaGrad(0.1),
        new RmsProp(0.05),
        new Adam(0.05),
        new AdaMax(0.05),
        new AdaDelta(),
        new AMSGrad(0.05),
        new Nadam(0.05),
        new Nesterovs(0.1, 0.9),
        new Sgd(0.1));
  }

  /** A minibatch is several iterations then, by which schedules and Adam's corrections go. */
  @Test
  void truncatedBackPropagationOnOneWorkerIsTheLocalLoop(JavaSparkContext spark) {
    Random random = new Random(7);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      minibatches.add(sequences(random, 3, 9));
    }
    MultiLayerNetwork local = recurrent();
    minibatches.forEach(local::fit);
    for (int frequency : new int[] {1, 4}) {
      SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, recurrent(), master(frequency));
      trained.fit(spark.parallelize(minibatches, 1));

      assertThat(trained.getNetwork().getIterationCount()).isEqualTo(12);
      assertThat(trained.getNetwork().params()).isEqualTo(local.params());
    }
  }

  private static MultiLayerNetwork recurrent() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            configuration(new Adam(0.05))
                .list()
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(2))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(3)
                .build());
    network.init();
    return network;
  }

  private static DataSet sequences(Random random, int examples, int length) {
    INDArray features = Nd4j.create(DataType.FLOAT, examples, 2, length);
    INDArray labels = Nd4j.create(DataType.FLOAT, examples, CLASSES, length);
    for (int n = 0; n < examples; n++) {
      for (int t = 0; t < length; t++) {
        features.putScalar(n, 0, t, random.nextGaussian());
        features.putScalar(n, 1, t, random.nextGaussian());
        labels.putScalar(n, random.nextInt(CLASSES), t, 1);
      }
    }
    return new DataSet(features, labels);
  }

  /** It remembers parameters and gradients, which an averaging makes stale. */
  @Test
  void aSearchStartsAnewInEachRound(JavaSparkContext spark) {
    List<DataSet> minibatches = minibatches(4, 5);
    ComputationGraph local = searching();
    minibatches.subList(0, 2).forEach(local::fit);
    ComputationGraph second = searching();
    second.params().assign(local.params());
    second.getConfiguration().setIterationCount(2);
    minibatches.subList(2, 4).forEach(second::fit);
    SparkComputationGraph trained = new SparkComputationGraph(spark, searching(), master(2));
    trained.fit(spark.parallelize(minibatches, 1));

    assertThat(trained.getNetwork().params()).isEqualTo(second.params());
  }

  private static ComputationGraph searching() {
    ComputationGraphConfiguration configuration = graph(new Sgd(0.5)).getConfiguration().clone();
    configuration.getDefaultConfiguration().setOptimizationAlgo(OptimizationAlgorithm.LBFGS);
    configuration
        .getVertices()
        .values()
        .forEach(
            vertex ->
                ((LayerVertex) vertex)
                    .getLayerConf()
                    .setOptimizationAlgo(OptimizationAlgorithm.LBFGS));
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    graph.setParams(graph(new Sgd(0.5)).params());
    return graph;
  }

  /** The seed is of noise in layers; the RDD says the order of minibatches. */
  @Test
  void theSeedIsOfNoiseOnly(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(4, 5), 2);
    float[] quiet = seeded(spark, dense(new Sgd(0.1)), 1, minibatches);
    float[] noisy = seeded(spark, dropping(), 1, minibatches);

    assertThat(seeded(spark, dense(new Sgd(0.1)), 2, minibatches)).isEqualTo(quiet);
    assertThat(seeded(spark, dropping(), 1, minibatches)).isEqualTo(noisy);
    assertThat(seeded(spark, dropping(), 2, minibatches)).isNotEqualTo(noisy);
  }

  private static MultiLayerNetwork dropping() {
    return layers(new Sgd(0.1), new DenseLayer.Builder().nOut(8).dropOut(0.5).build());
  }

  private static float[] seeded(
      JavaSparkContext spark, MultiLayerNetwork network, long seed, JavaRDD<DataSet> minibatches) {
    SparkDl4jMultiLayer trained =
        new SparkDl4jMultiLayer(
            spark,
            network,
            new SparseAveragingMaster(1, Reduction.AUTO, OptimizerStateMode.AVERAGE, seed));
    return trained.fit(minibatches).params().toFloatVector();
  }

  /** Empty partitions, uneven minibatches, a single example, and nothing at all. */
  @Test
  void anRddMayHaveAnyShape(JavaSparkContext spark) {
    Random random = new Random(4);
    DataSet one = minibatch(random, FEATURES, 1);
    DataSet several = minibatch(random, FEATURES, 7);
    MultiLayerNetwork local = dense(new Sgd(0.1));
    local.fit(DataSet.merge(List.of(one, several)));
    float[] start = dense(new Sgd(0.1)).params().toFloatVector();
    for (Reduction reduction : Reduction.values()) {
      // Five partitions for two minibatches, so three are empty.
      assertThat(afterOneFit(spark, reduction, spark.parallelize(List.of(one, several), 5)))
          .containsExactly(local.params().toFloatVector(), within(2e-6f));
      assertThat(afterOneFit(spark, reduction, spark.parallelize(List.of(one), 3)))
          .isNotEqualTo(start);
      assertThat(afterOneFit(spark, reduction, spark.parallelize(List.of(), 2))).isEqualTo(start);
      assertThat(afterOneFit(spark, reduction, spark.emptyRDD())).isEqualTo(start);
    }
    assertThat(spark.sc().persistentRdds().size()).isZero();
  }

  private static float[] afterOneFit(
      JavaSparkContext spark, Reduction reduction, JavaRDD<DataSet> minibatches) {
    SparkDl4jMultiLayer trained =
        new SparkDl4jMultiLayer(
            spark,
            dense(new Sgd(0.1)),
            new SparseAveragingMaster(1, reduction, OptimizerStateMode.AVERAGE, 1));
    return trained.fit(minibatches).params().toFloatVector();
  }

  /** Elements may be single examples, as DL4J's pipelines make them, or more than a minibatch. */
  @Test
  void elementsAreJoinedAndDividedIntoMinibatches(JavaSparkContext spark) {
    DataSet all = minibatch(new Random(4), FEATURES, 23);
    List<DataSet> batches = all.batchBy(5);
    MultiLayerNetwork local = dense(new Adam(0.05));
    batches.forEach(local::fit);
    SparseAveragingMaster joining =
        new SparseAveragingMaster.Builder().averagingFrequency(2).batchSizePerWorker(5).build();
    for (List<DataSet> elements : List.of(all.asList(), all.batchBy(7), List.of(all))) {
      SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), joining);
      trained.fit(spark.parallelize(elements, 1));

      assertThat(trained.getNetwork().getIterationCount()).isEqualTo(5);
      assertThat(trained.getNetwork().params().toFloatVector())
          .containsExactly(local.params().toFloatVector(), within(1e-6f));
    }
    assertThat(spark.sc().persistentRdds().size()).isZero();
  }

  /** The stock master's count of minibatches, for elements of 5 examples and minibatches of 25. */
  @Test
  void countsIterationsAsTheStockMasterDoes(JavaSparkContext spark) {
    JavaRDD<DataSet> elements = spark.parallelize(minibatches(40, 5), 2);
    for (int frequency : new int[] {1, 2, 4}) {
      SparkComputationGraph ours =
          new SparkComputationGraph(
              spark,
              graph(new Sgd(0.1)),
              new SparseAveragingMaster.Builder()
                  .averagingFrequency(frequency)
                  .batchSizePerWorker(25)
                  .build());
      SparkComputationGraph stock =
          new SparkComputationGraph(
              spark,
              graph(new Sgd(0.1)),
              new ParameterAveragingTrainingMaster.Builder(2, 5)
                  .batchSizePerWorker(25)
                  .averagingFrequency(frequency)
                  .rddTrainingApproach(RDDTrainingApproach.Direct)
                  .build());
      ours.fit(elements);
      stock.fit(elements);

      assertThat(ours.getNetwork().getIterationCount())
          .isEqualTo(stock.getNetwork().getIterationCount())
          .isEqualTo(4);
    }
  }

  /** Convolutions, sparse ones among them, on two workers as on one machine with joined batches. */
  @Test
  void convolutionsAveragedEachStepAreOneMachine(JavaSparkContext spark) {
    Random random = new Random(3);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      DataSet flat = minibatch(random, 72, i < 2 ? 2 : 5);
      minibatches.add(
          new DataSet(flat.getFeatures().reshape(flat.numExamples(), 2, 6, 6), flat.getLabels()));
    }
    MultiLayerNetwork local = convolutional();
    for (int step = 0; step < 2; step++) {
      local.fit(DataSet.merge(List.of(minibatches.get(step), minibatches.get(2 + step))));
    }
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, convolutional(), master(1));
    trained.fit(spark.parallelize(minibatches, 2));

    assertThat(trained.getNetwork().params().toFloatVector())
        .containsExactly(local.params().toFloatVector(), within(2e-6f));
  }

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            configuration(new Sgd(0.2))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(
                    new SscConvolution.Builder(SscPattern.hetConv(2))
                        .nOut(4)
                        .convolutionMode(ConvolutionMode.Same)
                        .build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(output())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    network.init();
    return network;
  }

  /** A graph of several inputs and outputs, and of integers. */
  @Test
  void graphsReadInputsOfAnyTypeAndNumber(JavaSparkContext spark) {
    Random random = new Random(9);
    List<MultiDataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      DataSet images = minibatch(random, 32, 4);
      DataSet sequences = sequences(random, 4, 5);
      INDArray words = Nd4j.create(DataType.INT32, 4, 1);
      for (int n = 0; n < 4; n++) {
        words.putScalar(n, random.nextInt(10));
      }
      minibatches.add(
          new org.nd4j.linalg.dataset.MultiDataSet(
              new INDArray[] {
                images.getFeatures().reshape(4, 2, 4, 4), sequences.getFeatures(), words
              },
              new INDArray[] {images.getLabels(), sequences.getLabels()}));
    }
    ComputationGraph local = mixed();
    minibatches.forEach(local::fit);
    SparkComputationGraph trained = new SparkComputationGraph(spark, mixed(), master(2));
    trained.fitMultiDataSet(spark.parallelize(minibatches, 1));

    assertThat(trained.getNetwork().params()).isEqualTo(local.params());
  }

  private static ComputationGraph mixed() {
    ComputationGraph graph =
        new ComputationGraph(
            configuration(new Adam(0.02))
                .graphBuilder()
                .addInputs("image", "sequence", "word")
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(2).build(), "image")
                .addLayer("lstm", new LSTM.Builder().nOut(3).build(), "sequence")
                .addLayer("last", new LastTimeStep(new LSTM.Builder().nOut(3).build()), "lstm")
                .addLayer("embedding", new EmbeddingLayer.Builder().nIn(10).nOut(3).build(), "word")
                .addLayer("flat", new DenseLayer.Builder().nOut(3).build(), "conv")
                .addLayer("classes", output(), "flat", "last", "embedding")
                .addLayer(
                    "steps",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "lstm")
                .setOutputs("classes", "steps")
                .setInputTypes(
                    InputType.convolutional(4, 4, 2),
                    InputType.recurrent(2),
                    InputType.feedForward(10))
                .build());
    graph.init();
    return graph;
  }

  /** Layers that are not trained, or not by these labels, end as they would on one machine. */
  @Test
  void frozenUnsupervisedAndOtherLayersAreLeftAlone(JavaSparkContext spark) {
    List<DataSet> minibatches = minibatches(4, 5);
    Supplier<MultiLayerNetwork> network =
        () ->
            layers(
                new Adam(0.05),
                new FrozenLayer(new DenseLayer.Builder().nOut(7).build()),
                new AutoEncoder.Builder().nOut(6).build(),
                new VariationalAutoencoder.Builder()
                    .encoderLayerSizes(5)
                    .decoderLayerSizes(5)
                    .nOut(4)
                    .build(),
                new BatchNormalization.Builder().build(),
                new LambdaLayer());
    MultiLayerNetwork local = network.get();
    minibatches.forEach(local::fit);
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, network.get(), master(2));
    trained.fit(spark.parallelize(minibatches, 1));
    SparkDl4jMultiLayer divided = new SparkDl4jMultiLayer(spark, network.get(), master(1));
    divided.fit(spark.parallelize(minibatches, 2));

    assertThat(trained.getNetwork().params()).isEqualTo(local.params());
    assertThat(divided.getNetwork().getParam("0_W")).isEqualTo(network.get().getParam("0_W"));
    assertThat(divided.getNetwork().getParam("2_pZXMeanW"))
        .isNotEqualTo(network.get().getParam("2_pZXMeanW"));
    assertThat(divided.getNetwork().getParam("2_pXZW")).isEqualTo(network.get().getParam("2_pXZW"));
  }

  /** A layer of a user's own. */
  static final class LambdaLayer extends SameDiffLambdaLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineLayer(SameDiff graph, SDVariable input) {
      return input.mul(2);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return input;
    }
  }

  /** With DL4J's own registrator, which its wrappers demand. */
  @Test
  void whatTravelsTravelsByKryoToo() {
    AveragedNetwork sent = AveragedNetwork.of(dense(new Adam(0.05)));
    NetworkState arrived =
        byKryo(
            NetworkState.of(sent, sent.configuration(), OptimizerStateMode.AVERAGE),
            NetworkState.class);
    AveragedNetwork received = arrived.newNetwork();
    arrived.writeTo(received);

    assertThat(received.configuration()).isEqualTo(sent.configuration());
    assertThat(received.network().params()).isEqualTo(sent.network().params());
    DataSet minibatch = minibatches(1, 4).get(0);
    assertThat(byKryo(minibatch, DataSet.class)).isEqualTo(minibatch);
  }

  private static <T> T byKryo(T object, Class<T> type) {
    SparkConf registrator =
        new SparkConf(false).set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    SerializerInstance kryo = new KryoSerializer(registrator).newInstance();
    return kryo.deserialize(
        kryo.serialize(object, ClassTag$.MODULE$.apply(type)), ClassTag$.MODULE$.apply(type));
  }

  @Test
  void refusesWhatItCannotDoWithARemedy(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(2, 2), 2);
    SparkComputationGraph doubles =
        new SparkComputationGraph(spark, graph(new Sgd(0.1), DataType.DOUBLE), master(1));
    assertThatThrownBy(() -> doubles.fit(minibatches))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("build it with dataType(DataType.FLOAT)");
    assertThatThrownBy(() -> master(1).getWorkerInstance(doubles))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("call fit on the Spark network");
    assertThatThrownBy(() -> master(1).addHook(null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("set a TrainingListener");
    assertThatThrownBy(() -> master(0)).hasMessageContaining("at least 1 minibatch, was 0");
  }

  /** Equal minibatches, averaged every step, all of them in one split. */
  private static TrainingMaster<?, ?> stock(int workers, int examples) {
    return new ParameterAveragingTrainingMaster.Builder(workers, examples)
        .batchSizePerWorker(examples)
        .averagingFrequency(1)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .saveUpdater(true)
        .rngSeed(1)
        .build();
  }
}
