package org.sscspark.spark.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A ComputationGraph. */
record GraphNetwork(ComputationGraph network) implements AveragedNetwork {
  static GraphNetwork read(String configuration) {
    ComputationGraph graph =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    graph.init();
    return new GraphNetwork(graph);
  }

  @Override
  public Kind kind() {
    return Kind.GRAPH;
  }

  @Override
  public String configuration() {
    ComputationGraphConfiguration copy = network.getConfiguration().clone();
    copy.setIterationCount(0);
    copy.setEpochCount(0);
    for (GraphVertex vertex : copy.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        layer.getLayerConf().setIterationCount(0);
        layer.getLayerConf().setEpochCount(0);
      }
    }
    return copy.toJson();
  }

  @Override
  public int iterations() {
    return network.getConfiguration().getIterationCount();
  }

  @Override
  public int epochs() {
    return network.getConfiguration().getEpochCount();
  }

  @Override
  public void count(int iterations, int epochs) {
    network.getConfiguration().setIterationCount(iterations);
    network.getConfiguration().setEpochCount(epochs);
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    return network.getUpdater();
  }

  @Override
  public void fit(MultiDataSet minibatch) {
    network.fit(minibatch);
  }

  @Override
  public void setScore(double score) {
    network.setScore(score);
  }

  @Override
  public void show(INDArray[] inputs, INDArray[] labels) {
    network.setInputs(inputs);
    network.setLabels(labels);
  }

  @Override
  public void clearRecurrentState() {
    network.rnnClearPreviousState();
  }
}
