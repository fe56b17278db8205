package org.sscspark.spark.dl4j;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A MultiLayerNetwork. */
record LayersNetwork(MultiLayerNetwork network) implements AveragedNetwork {
  static LayersNetwork read(String configuration) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration));
    network.init();
    return new LayersNetwork(network);
  }

  @Override
  public Kind kind() {
    return Kind.LAYERS;
  }

  @Override
  public String configuration() {
    MultiLayerConfiguration copy = network.getLayerWiseConfigurations().clone();
    copy.setIterationCount(0);
    copy.setEpochCount(0);
    for (NeuralNetConfiguration layer : copy.getConfs()) {
      layer.setIterationCount(0);
      layer.setEpochCount(0);
    }
    return copy.toJson();
  }

  @Override
  public int iterations() {
    return network.getLayerWiseConfigurations().getIterationCount();
  }

  @Override
  public int epochs() {
    return network.getLayerWiseConfigurations().getEpochCount();
  }

  @Override
  public void count(int iterations, int epochs) {
    network.getLayerWiseConfigurations().setIterationCount(iterations);
    network.getLayerWiseConfigurations().setEpochCount(epochs);
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    return (BaseMultiLayerUpdater<?>) network.getUpdater();
  }

  /** The network's own way from a MultiDataSet loses a mask of labels alone. */
  @Override
  public void fit(MultiDataSet minibatch) {
    network.fit(
        new DataSet(
            first(minibatch.getFeatures()),
            first(minibatch.getLabels()),
            first(minibatch.getFeaturesMaskArrays()),
            first(minibatch.getLabelsMaskArrays())));
  }

  private static INDArray first(INDArray[] arrays) {
    return arrays == null ? null : arrays[0];
  }

  @Override
  public void setScore(double score) {
    network.setScore(score);
  }

  @Override
  public void show(INDArray[] inputs, INDArray[] labels) {
    network.setInput(first(inputs));
    network.setLabels(first(labels));
  }

  @Override
  public void clearRecurrentState() {
    network.rnnClearPreviousState();
  }
}
