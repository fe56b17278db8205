package org.sscspark.spark.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.spark.averaging.OptimizerStateMode;
import org.sscspark.spark.averaging.Reduction;

/** Small networks of DL4J's, minibatches for them, and masters. */
final class Networks {
  static final int FEATURES = 6;
  static final int CLASSES = 3;

  private Networks() {}

  static NeuralNetConfiguration.Builder configuration(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(updater)
        .activation(Activation.TANH);
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static ComputationGraph graph(IUpdater updater, DataType type) {
    ComputationGraphConfiguration configuration =
        configuration(updater)
            .dataType(type)
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", new DenseLayer.Builder().nOut(8).build(), "in")
            .addLayer("out", output(), "hidden")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(FEATURES))
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  static ComputationGraph graph(IUpdater updater) {
    return graph(updater, DataType.FLOAT);
  }

  /** Hidden layers between {@link #FEATURES} features and {@link #CLASSES} classes. */
  static MultiLayerNetwork layers(IUpdater updater, Layer... hidden) {
    NeuralNetConfiguration.ListBuilder list = configuration(updater).list();
    for (Layer layer : hidden) {
      list.layer(layer);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(output()).setInputType(InputType.feedForward(FEATURES)).build());
    network.init();
    return network;
  }

  static MultiLayerNetwork dense(IUpdater updater) {
    return layers(updater, new DenseLayer.Builder().nOut(8).build());
  }

  static DataSet minibatch(Random random, int width, int examples) {
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

  static List<DataSet> minibatches(int count, int examples) {
    Random random = new Random(11);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      minibatches.add(minibatch(random, FEATURES, examples));
    }
    return minibatches;
  }

  static SparseAveragingMaster master(int frequency) {
    return new SparseAveragingMaster(frequency, Reduction.AUTO, OptimizerStateMode.AVERAGE, 1);
  }
}
