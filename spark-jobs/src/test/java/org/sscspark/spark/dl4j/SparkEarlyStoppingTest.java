package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.graph;
import static org.sscspark.spark.dl4j.Networks.master;
import static org.sscspark.spark.dl4j.Networks.minibatches;

import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.EarlyStoppingResult.TerminationReason;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxScoreIterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxTimeIterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.earlystopping.SparkDataSetLossCalculator;
import org.deeplearning4j.spark.earlystopping.SparkEarlyStoppingGraphTrainer;
import org.deeplearning4j.spark.earlystopping.SparkEarlyStoppingTrainer;
import org.deeplearning4j.spark.earlystopping.SparkLossCalculatorComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.spark.LocalSpark;

/** DL4J's early stopping on Spark, by each of its conditions. */
@ExtendWith(LocalSpark.class)
class SparkEarlyStoppingTest {
  private static final IterationTerminationCondition A_MINUTE =
      new MaxTimeIterationTerminationCondition(1, TimeUnit.MINUTES);

  private static EarlyStoppingResult<MultiLayerNetwork> layers(
      JavaSparkContext spark,
      IUpdater updater,
      EarlyStoppingConfiguration.Builder<MultiLayerNetwork> conditions) {
    JavaRDD<DataSet> minibatches = spark.parallelize(minibatches(4, 5), 2).cache();
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        conditions
            .scoreCalculator(new SparkDataSetLossCalculator(minibatches, true, spark.sc()))
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    return new SparkEarlyStoppingTrainer(
            spark, master(1), configuration, dense(updater), minibatches)
        .fit();
  }

  private static EarlyStoppingConfiguration.Builder<MultiLayerNetwork> conditions() {
    return new EarlyStoppingConfiguration.Builder<>();
  }

  @Test
  void stopsAfterItsEpochsAndKeepsTheBestModel(JavaSparkContext spark) {
    EarlyStoppingResult<MultiLayerNetwork> result =
        layers(
            spark,
            new Sgd(0.2),
            conditions()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
                .iterationTerminationConditions(A_MINUTE));

    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.EpochTerminationCondition);
    assertThat(result.getTotalEpochs()).isEqualTo(3);
    assertThat(result.getBestModelEpoch()).isEqualTo(2);
    assertThat(result.getScoreVsEpoch()).hasSize(3);
    assertThat(result.getBestModel().getEpochCount()).isEqualTo(3);
  }

  /** The network's scores have to reach the condition. */
  @Test
  void stopsWhenAScoreIsTooHigh(JavaSparkContext spark) {
    EarlyStoppingResult<MultiLayerNetwork> result =
        layers(
            spark,
            new Sgd(100),
            conditions()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(5000))
                .iterationTerminationConditions(
                    A_MINUTE, new MaxScoreIterationTerminationCondition(2)));

    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.IterationTerminationCondition);
    assertThat(result.getTerminationDetails())
        .isEqualTo(new MaxScoreIterationTerminationCondition(2).toString());
  }

  @Test
  void stopsWhenItsTimeIsOver(JavaSparkContext spark) {
    IterationTerminationCondition soon =
        new MaxTimeIterationTerminationCondition(300, TimeUnit.MILLISECONDS);
    EarlyStoppingResult<MultiLayerNetwork> result =
        layers(
            spark,
            new Sgd(1e-6),
            conditions()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(5000))
                .iterationTerminationConditions(soon));

    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.IterationTerminationCondition);
    assertThat(result.getTerminationDetails()).isEqualTo(soon.toString());
  }

  @Test
  void stopsWhereNothingImproves(JavaSparkContext spark) {
    EarlyStoppingResult<MultiLayerNetwork> result =
        layers(
            spark,
            new Sgd(0),
            conditions()
                .epochTerminationConditions(
                    new MaxEpochsTerminationCondition(100),
                    new ScoreImprovementEpochTerminationCondition(2))
                .iterationTerminationConditions(A_MINUTE));

    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.EpochTerminationCondition);
    assertThat(result.getTotalEpochs()).isEqualTo(3);
    assertThat(result.getBestModelEpoch()).isZero();
  }

  @Test
  void graphsStopByEpochAndByScoreToo(JavaSparkContext spark) {
    JavaRDD<MultiDataSet> minibatches =
        spark.parallelize(minibatches(4, 5), 2).map(DataSet::toMultiDataSet).cache();
    for (double rate : new double[] {0.2, 100}) {
      EarlyStoppingConfiguration<ComputationGraph> configuration =
          new EarlyStoppingConfiguration.Builder<ComputationGraph>()
              .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
              .iterationTerminationConditions(
                  A_MINUTE, new MaxScoreIterationTerminationCondition(2))
              .scoreCalculator(
                  new SparkLossCalculatorComputationGraph(minibatches, true, spark.sc()))
              .modelSaver(new InMemoryModelSaver<>())
              .build();
      EarlyStoppingResult<ComputationGraph> result =
          new SparkEarlyStoppingGraphTrainer(
                  spark, master(1), configuration, graph(new Sgd(rate)), minibatches)
              .fit();

      assertThat(result.getTerminationReason())
          .isEqualTo(
              rate > 1
                  ? TerminationReason.IterationTerminationCondition
                  : TerminationReason.EpochTerminationCondition);
    }
  }
}
