package org.sscspark.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.dl4j.SparseGraph;
import org.sscspark.network.FanIn;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Initialization;
import org.sscspark.network.ModelZoo;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.SscDesign;
import org.sscspark.network.SscSettings;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.spark.LocalSpark;

@ExtendWith(LocalSpark.class)
class SparseAveragingMasterTest {
  private static final int FEATURES = 6;
  private static final int CLASSES = 3;

  private static ComputationGraph graph(IUpdater updater, DataType type) {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(type)
            .updater(updater)
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "hidden",
                new DenseLayer.Builder().nOut(8).activation(Activation.TANH).build(),
                "in")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "hidden")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(FEATURES))
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static ComputationGraph graph(IUpdater updater) {
    return graph(updater, DataType.FLOAT);
  }

  private static DataSet minibatch(Random random, int examples) {
    return minibatch(random, FEATURES, examples);
  }

  private static DataSet minibatch(Random random, int width, int examples) {
    float[][] features = new float[examples][width];
    float[][] labels = new float[examples][CLASSES];
    for (int n = 0; n < examples; n++) {
      int label = random.nextInt(CLASSES);
      labels[n][label] = 1;
      for (int f = 0; f < width; f++) {
        features[n][f] = (float) random.nextGaussian() + (f == label ? 2 : 0);
      }
    }
    return new DataSet(Nd4j.create(features), Nd4j.create(labels));
  }

  private static List<DataSet> minibatches(int count, int examples) {
    Random random = new Random(11);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      minibatches.add(minibatch(random, examples));
    }
    return minibatches;
  }

  private static SparseAveragingMaster master(int frequency) {
    return new SparseAveragingMaster(frequency, Reduction.AUTO, UpdaterStateMode.AVERAGE, 1);
  }

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
      minibatches.add(minibatch(random, i < 4 ? 2 : 6));
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
    // Equal minibatches, averaged every step, all of them in one split of the stock master.
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(2, 5), 2);
    TrainingMaster<?, ?> stock =
        new ParameterAveragingTrainingMaster.Builder(2, 5)
            .batchSizePerWorker(5)
            .averagingFrequency(1)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .saveUpdater(true)
            .rngSeed(1)
            .build();
    IUpdater updater = new Nesterovs(0.1, 0.9);
    assertThat(parametersAfter(spark, master(1), updater, minibatches, 3))
        .containsExactly(parametersAfter(spark, stock, updater, minibatches, 3), within(1e-6f));
  }

  @Test
  void slicesCollectAndRepetitionGiveTheSameBits(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(9, 3), 3);
    IUpdater updater = new Nesterovs(0.1, 0.9);
    float[] first = parametersAfter(spark, master(2), updater, minibatches, 2);
    for (Reduction reduction : Reduction.values()) {
      SparseAveragingMaster other =
          new SparseAveragingMaster(2, reduction, UpdaterStateMode.AVERAGE, 1);
      assertThat(parametersAfter(spark, other, updater, minibatches, 2)).isEqualTo(first);
    }
  }

  @Test
  void countsIterationsAndTellsListenersOncePerRound(JavaSparkContext spark) {
    // 5 minibatches in 2 partitions: 2 and 3.
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(5, 3), 2);
    SparkComputationGraph trained =
        new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(2));
    List<Integer> iterations = new ArrayList<>();
    trained.setListeners(
        List.of(
            new BaseTrainingListener() {
              @Override
              public void iterationDone(Model model, int iteration, int epoch) {
                iterations.add(iteration);
              }
            }));
    trained.fit(minibatches);
    assertThat(iterations).containsExactly(2, 3);
    assertThat(trained.getNetwork().score()).isPositive();
    trained.fit(minibatches);
    assertThat(trained.getNetwork().getIterationCount()).isEqualTo(6);
    assertThat(trained.getNetwork().getEpochCount()).isEqualTo(2);
  }

  @Test
  void anExecutorKeepsOneGraphPerSlotBetweenRounds(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(8, 2), 2);
    SparkComputationGraph trained =
        new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(1));
    String atFirst = GraphState.of(trained.getNetwork(), UpdaterStateMode.RESET).configuration();
    trained.fit(minibatches);
    assertThat(GraphState.of(trained.getNetwork(), UpdaterStateMode.RESET).configuration())
        .as("what executors know the graph by")
        .isEqualTo(atFirst);
    assertThat(GraphWorker.idleGraphs()).isBetween(1, Runtime.getRuntime().availableProcessors());
    assertThat(spark.sc().persistentRdds().size()).isZero();
  }

  @Test
  void refusesWhatItCannotDoWithARemedy(JavaSparkContext spark) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(2, 2), 2);
    SparkComputationGraph doubles =
        new SparkComputationGraph(spark, graph(new Sgd(0.1), DataType.DOUBLE), master(1));
    assertThatThrownBy(() -> doubles.fit(minibatches))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("build it with dataType(DataType.FLOAT)");
    assertThatThrownBy(() -> master(1).executeTraining((SparkDl4jMultiLayer) null, minibatches))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("toComputationGraph()");
    assertThatThrownBy(() -> master(0)).hasMessageContaining("at least 1 minibatch, was 0");
  }
}
