package org.sscspark.spark.dl4j;

import java.util.function.DoubleConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;

/**
 * The network of one of DL4J's Spark wrappers.
 *
 * @param score sets the wrapper's own score
 */
record FittedNetwork(AveragedNetwork network, JavaSparkContext spark, DoubleConsumer score) {
  static FittedNetwork of(SparkComputationGraph wrapper) {
    return new FittedNetwork(
        AveragedNetwork.of(wrapper.getNetwork()), wrapper.getSparkContext(), wrapper::setScore);
  }

  static FittedNetwork of(SparkDl4jMultiLayer wrapper) {
    return new FittedNetwork(
        AveragedNetwork.of(wrapper.getNetwork()), wrapper.getSparkContext(), wrapper::setScore);
  }

  /** Sets the score of network and wrapper. */
  void setScore(double value) {
    network.setScore(value);
    score.accept(value);
  }
}
