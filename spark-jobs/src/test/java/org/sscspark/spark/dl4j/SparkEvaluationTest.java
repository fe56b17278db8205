package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sscspark.spark.dl4j.Networks.dense;
import static org.sscspark.spark.dl4j.Networks.graph;
import static org.sscspark.spark.dl4j.Networks.master;
import static org.sscspark.spark.dl4j.Networks.minibatches;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.ROCMultiClass;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.sscspark.spark.LocalSpark;
import scala.Tuple2;

/** What the master trained is evaluated and scored by DL4J's wrappers as on one machine. */
@ExtendWith(LocalSpark.class)
class SparkEvaluationTest {
  private final List<DataSet> data = minibatches(6, 5);

  private ExistingDataSetIterator iterator() {
    return new ExistingDataSetIterator(data);
  }

  @Test
  void layersAreEvaluatedAsOnOneMachine(JavaSparkContext spark) {
    JavaRDD<DataSet> rdd = spark.parallelize(data, 2);
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, dense(new Sgd(0.2)), master(1));
    MultiLayerNetwork network = trained.fit(rdd);

    Evaluation evaluation = trained.evaluate(rdd);
    Evaluation local = network.evaluate(iterator());
    assertThat(evaluation.getConfusion()).isEqualTo(local.getConfusion());
    assertThat(evaluation.getNumRowCounter()).isEqualTo(30);
    ROCMultiClass roc = trained.evaluateROCMultiClass(rdd, 0, 4);
    ROCMultiClass localRoc = network.evaluateROCMultiClass(iterator(), 0);
    RegressionEvaluation regression = trained.evaluateRegression(rdd);
    RegressionEvaluation localRegression = network.evaluateRegression(iterator());
    for (int column = 0; column < Networks.CLASSES; column++) {
      assertThat(roc.calculateAUC(column)).isCloseTo(localRoc.calculateAUC(column), within(1e-6));
      assertThat(regression.meanSquaredError(column))
          .isCloseTo(localRegression.meanSquaredError(column), within(1e-6));
    }
  }

  @Test
  void graphsAreEvaluatedAsOnOneMachine(JavaSparkContext spark) {
    JavaRDD<DataSet> rdd = spark.parallelize(data, 2);
    SparkComputationGraph trained =
        new SparkComputationGraph(spark, graph(new Sgd(0.2)), master(1));
    ComputationGraph network = trained.fit(rdd);

    Evaluation evaluation = trained.evaluate(rdd);
    Evaluation local = network.evaluate(iterator());
    assertThat(evaluation.getConfusion()).isEqualTo(local.getConfusion());
    RegressionEvaluation regression = trained.evaluateRegression(rdd);
    RegressionEvaluation localRegression = network.evaluateRegression(iterator());
    assertThat(regression.averageMeanSquaredError())
        .isCloseTo(localRegression.averageMeanSquaredError(), within(1e-6));
  }

  @Test
  void examplesAreScoredAsOnOneMachine(JavaSparkContext spark) {
    DataSet all = DataSet.merge(data);
    List<DataSet> examples = all.asList();
    JavaPairRDD<Integer, DataSet> keyed =
        spark
            .parallelize(
                IntStream.range(0, examples.size())
                    .mapToObj(i -> new Tuple2<>(i, examples.get(i)))
                    .toList(),
                3)
            .mapToPair(pair -> pair);
    SparkDl4jMultiLayer layers = new SparkDl4jMultiLayer(spark, dense(new Sgd(0.2)), master(1));
    layers.fit(spark.parallelize(data, 2));
    SparkComputationGraph ofGraph =
        new SparkComputationGraph(spark, graph(new Sgd(0.2)), master(1));
    ofGraph.fit(spark.parallelize(data, 2));

    double[] expected = layers.getNetwork().scoreExamples(all, true).toDoubleVector();
    layers
        .scoreExamples(keyed, true, 4)
        .collect()
        .forEach(pair -> assertThat(pair._2()).isCloseTo(expected[pair._1()], within(1e-5)));
    double[] expectedOfGraph = ofGraph.getNetwork().scoreExamples(all, true).toDoubleVector();
    ofGraph
        .scoreExamples(keyed, true, 4)
        .collect()
        .forEach(pair -> assertThat(pair._2()).isCloseTo(expectedOfGraph[pair._1()], within(1e-5)));
    assertThat(layers.calculateScore(spark.parallelize(data, 2), true))
        .isCloseTo(layers.getNetwork().score(all), within(1e-5));
  }
}
