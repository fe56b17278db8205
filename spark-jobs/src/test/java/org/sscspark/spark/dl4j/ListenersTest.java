package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.graph;
import static org.sscspark.spark.dl4j.Networks.master;
import static org.sscspark.spark.dl4j.Networks.minibatches;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.spark.LocalSpark;

/** DL4J's listeners do on Spark what they do on one machine. */
@ExtendWith(LocalSpark.class)
class ListenersTest {
  /** Writes down all that a listener is told, but for rounding of scores. */
  private static final class Diary extends BaseTrainingListener {
    private final List<String> entries = new ArrayList<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      entries.add(
          String.format(
              Locale.ROOT,
              "iteration %d of epoch %d: %d examples, score %.5f",
              iteration,
              epoch,
              model.batchSize(),
              model.score()));
    }

    @Override
    public void onEpochStart(Model model) {
      entries.add("start of epoch " + epoch(model));
    }

    @Override
    public void onEpochEnd(Model model) {
      entries.add("end of epoch " + epoch(model));
    }

    private static int epoch(Model model) {
      return model instanceof MultiLayerNetwork network
          ? network.getEpochCount()
          : ((ComputationGraph) model).getEpochCount();
    }
  }

  @Test
  void oneWorkerThatAveragesEachStepTellsListenersWhatALocalNetworkTells(JavaSparkContext spark) {
    List<DataSet> minibatches = minibatches(3, 4);
    Diary local = new Diary();
    MultiLayerNetwork network = dense(new Adam(0.05));
    network.setListeners(local);
    Diary localGraph = new Diary();
    ComputationGraph graph = graph(new Adam(0.05));
    graph.setListeners(localGraph);
    for (int epoch = 0; epoch < 2; epoch++) {
      network.fit(new ExistingDataSetIterator(minibatches));
      graph.fit(new ExistingDataSetIterator(minibatches));
    }
    Diary distributed = new Diary();
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), master(1));
    trained.setListeners(distributed);
    Diary distributedGraph = new Diary();
    SparkComputationGraph trainedGraph =
        new SparkComputationGraph(spark, graph(new Adam(0.05)), master(1));
    trainedGraph.setListeners(distributedGraph);
    for (int epoch = 0; epoch < 2; epoch++) {
      trained.fit(spark.parallelize(minibatches, 1));
      trainedGraph.fit(spark.parallelize(minibatches, 1));
    }

    assertThat(distributed.entries).hasSize(10).isEqualTo(local.entries);
    assertThat(distributedGraph.entries).isEqualTo(localGraph.entries);
  }

  @Test
  void aRoundIsToldOnceWithItsFirstIterationAndAllItsExamples(JavaSparkContext spark) {
    // 5 minibatches in 2 partitions: 2 and 3.
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(5, 3), 2);
    SparkComputationGraph trained =
        new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(2));
    Diary diary = new Diary();
    trained.setListeners(List.of(diary));
    trained.fit(minibatches);
    trained.fit(minibatches);

    assertThat(diary.entries.stream().map(entry -> entry.replaceAll(", score.*", "")))
        .containsExactly(
            "start of epoch 0",
            "iteration 0 of epoch 0: 12 examples",
            "iteration 2 of epoch 0: 3 examples",
            "end of epoch 0",
            "start of epoch 1",
            "iteration 3 of epoch 1: 12 examples",
            "iteration 5 of epoch 1: 3 examples",
            "end of epoch 1");
    assertThat(trained.getNetwork().getIterationCount()).isEqualTo(6);
    assertThat(trained.getNetwork().getEpochCount()).isEqualTo(2);
  }

  /** DL4J's own count of examples needs the network's input. */
  @Test
  void performanceIsReported(JavaSparkContext spark) {
    for (boolean asGraph : new boolean[] {false, true}) {
      PerformanceListener listener = new PerformanceListener(1, true);
      JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(4, 5), 2);
      if (asGraph) {
        SparkComputationGraph trained =
            new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(1));
        trained.setListeners(listener);
        trained.fit(minibatches);
        assertThat(trained.getNetwork().getInputs()).isNull();
      } else {
        SparkDl4jMultiLayer trained =
            new SparkDl4jMultiLayer(spark, dense(new Sgd(0.1)), master(1));
        trained.setListeners(listener);
        trained.fit(minibatches);
        assertThat(trained.getNetwork().getInput()).isNull();
      }
    }
  }

  @Test
  void checkpointsAreWrittenByEpoch(JavaSparkContext spark, @TempDir Path folder)
      throws IOException {
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Adam(0.05)), master(2));
    CheckpointListener listener =
        new CheckpointListener.Builder(folder.toFile()).keepAll().saveEveryNEpochs(2).build();
    trained.setListeners(listener);
    for (int epoch = 0; epoch < 4; epoch++) {
      trained.fit(spark.parallelize(minibatches(4, 5), 2));
    }

    assertThat(listener.availableCheckpoints())
        .extracting(checkpoint -> checkpoint.getEpoch() + " " + checkpoint.getIteration())
        .containsExactly("1 4", "3 8");
    assertThat(listener.loadCheckpointMLN(1).params()).isEqualTo(trained.getNetwork().params());
  }

  /** With a router: the records of all workers arrive, each under its own name. */
  @Test
  void statisticsOfEveryWorkerReachTheRouter(JavaSparkContext spark) throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Sgd(0.1)), master(2));
    trained.setListeners(storage, new StatsListener(null, 1));
    trained.fit(spark.parallelize(minibatches(8, 5), 2));

    assertRecords(storage, 2, 4);
  }

  /** Without one: a listener's own router, which need not be serialisable, receives them. */
  @Test
  void statisticsReachTheListenersOwnRouter(JavaSparkContext spark) throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    SparkComputationGraph trained =
        new SparkComputationGraph(spark, graph(new Sgd(0.1)), master(1));
    StatsListener listener = new StatsListener(storage, 1);
    trained.setListeners(List.<TrainingListener>of(listener));
    trained.fit(spark.parallelize(minibatches(6, 5), 2));

    assertRecords(storage, 2, 3);
    assertThat(listener.getStorageRouter()).isSameAs(storage);
  }

  private static void assertRecords(StatsStorage storage, int workers, int eachOfWorker)
      throws Exception {
    assertThat(storage.listSessionIDs()).hasSize(1);
    String session = storage.listSessionIDs().get(0);
    assertThat(storage.listTypeIDsForSession(session)).hasSize(1);
    String type = storage.listTypeIDsForSession(session).get(0);
    assertThat(storage.listWorkerIDsForSession(session)).hasSize(workers);
    for (String worker : storage.listWorkerIDsForSession(session)) {
      assertThat(storage.getStaticInfo(session, type, worker)).isNotNull();
      List<Persistable> updates = storage.getAllUpdatesAfter(session, type, worker, 0);
      // The storage keeps one record of a millisecond.
      assertThat(updates).hasSizeBetween(1, eachOfWorker);
      assertThat(((StatsReport) updates.get(0)).hasScore()).isTrue();
    }
  }

  @Test
  void noListenersAreNoTrouble(JavaSparkContext spark) {
    SparseAveragingMaster master = master(1);
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Sgd(0.1)), master);
    trained.setListeners(List.of());
    trained.fit(spark.parallelize(minibatches(2, 5), 2));
    master.setListeners(null);
    trained.fit(spark.parallelize(minibatches(2, 5), 2));

    assertThat(trained.getNetwork().getEpochCount()).isEqualTo(2);
  }
}
