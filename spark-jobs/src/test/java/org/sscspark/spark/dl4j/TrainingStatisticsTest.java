package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.graph;
import static org.sscspark.spark.dl4j.Networks.master;
import static org.sscspark.spark.dl4j.Networks.minibatches;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.stats.ParameterAveragingTrainingMasterStats;
import org.deeplearning4j.spark.impl.paramavg.stats.ParameterAveragingTrainingWorkerStats;
import org.deeplearning4j.spark.stats.ExampleCountEventStats;
import org.deeplearning4j.spark.time.SystemClockTimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.spark.LocalSpark;

/** Training statistics are DL4J's own, so that what reads them reads these. */
@ExtendWith(LocalSpark.class)
class TrainingStatisticsTest {

  private static SparkTrainingStats statistics(
      JavaSparkContext spark, TrainingMaster<?, ?> master) {
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Sgd(0.1)), master);
    trained.setCollectTrainingStats(true);
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(6, 5), 2);
    trained.fit(minibatches);
    return trained.getSparkTrainingStats();
  }

  @Test
  void haveTheStockMastersKeysAtEveryLevel(JavaSparkContext spark) {
    // Without it, the stock master asks a time server.
    System.setProperty(
        DL4JSystemProperties.TIMESOURCE_CLASSNAME_PROPERTY, SystemClockTimeSource.class.getName());
    SparkTrainingStats stock =
        statistics(
            spark,
            new ParameterAveragingTrainingMaster.Builder(2, 5)
                .batchSizePerWorker(5)
                .averagingFrequency(1)
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .build());
    SparkTrainingStats ours = statistics(spark, master(1));
    System.clearProperty(DL4JSystemProperties.TIMESOURCE_CLASSNAME_PROPERTY);

    SparkTrainingStats expected = stock;
    SparkTrainingStats actual = ours;
    while (expected != null) {
      assertThat(actual).isInstanceOf(expected.getClass());
      assertThat(actual.getKeySet()).isEqualTo(expected.getKeySet());
      actual.getKeySet().forEach(key -> assertThat(ours.getValue(key)).isNotNull());
      expected = expected.getNestedTrainingStats();
      actual = actual.getNestedTrainingStats();
    }
    assertThat(actual).isNull();
    assertThat(ours.statsAsString().lines().map(line -> line.split(" ")[0]))
        .containsExactlyElementsOf(
            stock.statsAsString().lines().map(line -> line.split(" ")[0]).toList());
  }

  @Test
  void countRoundsMinibatchesAndExamples(JavaSparkContext spark) {
    // 6 minibatches of 5 in 2 partitions, averaged each 2: rounds of 2 and 1.
    SparkTrainingStats statistics = statistics(spark, master(2));

    assertThat(
            statistics.getValue(
                ParameterAveragingTrainingMasterStats
                    .PARAMETER_AVERAGING_MASTER_BROADCAST_CREATE_TIMES_MS))
        .hasSize(2);
    assertThat(
            statistics.getValue(
                ParameterAveragingTrainingMasterStats
                    .PARAMETER_AVERAGING_MASTER_AGGREGATE_TIMES_MS))
        .hasSize(2);
    assertThat(
            statistics.getValue(
                CommonSparkTrainingStats.WORKER_FLAT_MAP_PROCESS_MINI_BATCH_TIMES_MS))
        .hasSize(6);
    assertThat(
            statistics.getValue(
                ParameterAveragingTrainingWorkerStats.PARAMETER_AVERAGING_WORKER_INIT_TIME_MS))
        .hasSize(4);
    assertThat(
            statistics.getValue(
                ParameterAveragingTrainingMasterStats.PARAMETER_AVERAGING_MASTER_FIT_TIMES_MS))
        .singleElement()
        .satisfies(
            fit -> assertThat(((ExampleCountEventStats) fit).getTotalExampleCount()).isEqualTo(30));
    assertThat(
            statistics.getValue(
                ParameterAveragingTrainingMasterStats
                    .PARAMETER_AVERAGING_MASTER_REPARTITION_TIMES_MS))
        .isEmpty();
  }

  @Test
  void areExported(JavaSparkContext spark, @TempDir Path folder) throws IOException {
    statistics(spark, master(2)).exportStatFiles(folder.toString(), spark.sc());

    assertThat(Files.readString(folder.resolve("parameterAveragingMasterFitTimesMs.txt")))
        .startsWith("machineId,jvmId,threadId,startTime,durationMs");
    assertThat(folder.resolve("workerFlatMapTotalTimeMs.txt")).isNotEmptyFile();
  }

  @Test
  void areCollectedOnlyOnDemand(JavaSparkContext spark) {
    SparseAveragingMaster master = master(1);
    SparkComputationGraph trained = new SparkComputationGraph(spark, graph(new Sgd(0.1)), master);
    trained.fit(spark.parallelize(minibatches(2, 5), 2));
    assertThat(trained.getSparkTrainingStats()).isNull();
    assertThat(master.getIsCollectTrainingStats()).isFalse();

    trained.setCollectTrainingStats(true);
    trained.fit(spark.parallelize(minibatches(2, 5), 2));
    assertThat(trained.getSparkTrainingStats().statsAsString()).isNotEmpty();
    trained.setCollectTrainingStats(false);
    assertThat(trained.getSparkTrainingStats()).isNull();
  }
}
