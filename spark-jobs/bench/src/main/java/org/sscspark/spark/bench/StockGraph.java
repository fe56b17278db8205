package org.sscspark.spark.bench;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.config.BadInputException;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.pattern.WeightShape;

/** A dense network of DL4J's own layers, as a user of DL4J would write it. */
final class StockGraph {
  private StockGraph() {}

  /**
   * The network with its weights dense, softmax and cross-entropy, Nesterov's momentum and L2.
   *
   * @throws BadInputException if DL4J has no layer for an operator
   */
  static ComputationGraphConfiguration of(NetworkSpec network) {
    FeatureShape input = network.input();
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(0)
            .updater(new Nesterovs(0.1, 0.9))
            .l2(5e-4)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs(NetworkSpec.INPUT)
            .setInputTypes(
                InputType.convolutional(input.height(), input.width(), input.channels()));
    for (Op op : network.ops()) {
      if (op instanceof Op.Add add) {
        graph.addVertex(
            add.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), add.left(), add.right());
      } else {
        graph.addLayer(op.name(), layer(op), op.inputs().get(0));
      }
    }
    return graph.setOutputs(network.ops().get(network.ops().size() - 1).name()).build();
  }

  private static Layer layer(Op op) {
    if (op instanceof Op.Convolution convolution && convolution.groups() == 1) {
      WeightShape shape = convolution.support().shape();
      return new ConvolutionLayer.Builder(shape.kernelHeight(), shape.kernelWidth())
          .nIn(shape.channels())
          .nOut(shape.filters())
          .stride(convolution.stride(), convolution.stride())
          .padding(convolution.padding(), convolution.padding())
          .hasBias(convolution.bias())
          .activation(Activation.IDENTITY)
          .build();
    } else if (op instanceof Op.BatchNorm norm) {
      return new BatchNormalization.Builder()
          .decay(1 - norm.momentum())
          .eps(norm.epsilon())
          .build();
    } else if (op instanceof Op.Relu) {
      return new ActivationLayer(Activation.RELU);
    } else if (op instanceof Op.MaxPool pool) {
      return pooling(SubsamplingLayer.PoolingType.MAX, pool.size(), pool.stride(), pool.padding());
    } else if (op instanceof Op.AveragePool pool) {
      return pooling(SubsamplingLayer.PoolingType.AVG, pool.size(), pool.stride(), 0);
    } else if (op instanceof Op.GlobalAveragePool) {
      return new GlobalPoolingLayer(PoolingType.AVG);
    } else if (op instanceof Op.FullyConnected connected) {
      return new OutputLayer.Builder(LossFunction.MCXENT)
          .nIn(connected.support().shape().channels())
          .nOut(connected.support().shape().filters())
          .hasBias(connected.bias())
          .activation(Activation.SOFTMAX)
          .build();
    }
    throw new BadInputException(
        "DL4J's own layers cannot build " + op.name() + " of this network; leave --with-dl4j out");
  }

  private static Layer pooling(
      SubsamplingLayer.PoolingType type, int size, int stride, int padding) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(size, size)
        .stride(stride, stride)
        .padding(padding, padding)
        .build();
  }
}
