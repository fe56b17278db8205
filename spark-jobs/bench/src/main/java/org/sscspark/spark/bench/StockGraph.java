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
  private static final Vertices VERTICES = new Vertices();

  private StockGraph() {}

  /**
   * The network with its weights dense, softmax and cross-entropy, Nesterov's momentum and L2.
   *
   * @throws BadInputException if a convolution has groups, or an operator is another one that
   *     DL4J's layers lack
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
      op.accept(VERTICES, graph);
    }
    return graph.setOutputs(network.ops().get(network.ops().size() - 1).name()).build();
  }

  /** Adds each operator to the graph. */
  private static final class Vertices implements Op.ChannelwiseVisitor<GraphBuilder, GraphBuilder> {
    @Override
    public GraphBuilder convolution(Op.Convolution op, GraphBuilder graph) {
      if (op.groups() != 1) {
        throw new BadInputException(
            "DL4J's own layers have no groups, as %s of this network has; leave --with-dl4j out"
                .formatted(op.name()));
      }
      WeightShape shape = op.support().shape();
      return graph.addLayer(
          op.name(),
          new ConvolutionLayer.Builder(shape.kernelHeight(), shape.kernelWidth())
              .nIn(shape.channels())
              .nOut(shape.filters())
              .stride(op.stride(), op.stride())
              .padding(op.padding(), op.padding())
              .hasBias(op.bias())
              .activation(Activation.IDENTITY)
              .build(),
          op.input());
    }

    @Override
    public GraphBuilder fullyConnected(Op.FullyConnected op, GraphBuilder graph) {
      return graph.addLayer(
          op.name(),
          new OutputLayer.Builder(LossFunction.MCXENT)
              .nIn(op.support().shape().channels())
              .nOut(op.support().shape().filters())
              .hasBias(op.bias())
              .activation(Activation.SOFTMAX)
              .build(),
          op.input());
    }

    @Override
    public GraphBuilder batchNorm(Op.BatchNorm op, GraphBuilder graph) {
      return graph.addLayer(
          op.name(),
          new BatchNormalization.Builder().decay(1 - op.momentum()).eps(op.epsilon()).build(),
          op.input());
    }

    @Override
    public GraphBuilder channelwise(Op.Channelwise op, GraphBuilder graph) {
      throw new BadInputException(
          "DL4J's own layers lack %s, a %s; leave --with-dl4j out"
              .formatted(op.name(), op.getClass().getSimpleName()));
    }

    @Override
    public GraphBuilder relu(Op.Relu op, GraphBuilder graph) {
      return graph.addLayer(op.name(), new ActivationLayer(Activation.RELU), op.input());
    }

    @Override
    public GraphBuilder add(Op.Add op, GraphBuilder graph) {
      return graph.addVertex(
          op.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), op.left(), op.right());
    }

    @Override
    public GraphBuilder maxPool(Op.MaxPool op, GraphBuilder graph) {
      Layer pooling =
          pooling(SubsamplingLayer.PoolingType.MAX, op.size(), op.stride(), op.padding());
      return graph.addLayer(op.name(), pooling, op.input());
    }

    @Override
    public GraphBuilder averagePool(Op.AveragePool op, GraphBuilder graph) {
      Layer pooling = pooling(SubsamplingLayer.PoolingType.AVG, op.size(), op.stride(), 0);
      return graph.addLayer(op.name(), pooling, op.input());
    }

    @Override
    public GraphBuilder globalAveragePool(Op.GlobalAveragePool op, GraphBuilder graph) {
      return graph.addLayer(op.name(), new GlobalPoolingLayer(PoolingType.AVG), op.input());
    }
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
