package org.sscspark.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/** Networks as ordinary DL4J graphs. */
public final class SparseGraph {
  /** The graph's name of the {@link SparseTrunk}. */
  public static final String TRUNK = "trunk";

  /** The graph's name of its input. */
  public static final String INPUT = "input";

  /** The graph's name of its output, the class probabilities. */
  public static final String OUTPUT = "output";

  private SparseGraph() {}

  /**
   * Returns a graph of a trunk that computes logits and a softmax with cross-entropy.
   *
   * @param l2 the coefficient of L2 regularisation; of weights only
   * @param seed of the initial weights
   */
  public static ComputationGraphConfiguration configuration(
      NetworkSpec network, IUpdater updater, double l2, long seed) {
    FeatureShape input = network.input();
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(updater)
        .l2(l2)
        .graphBuilder()
        .addInputs(INPUT)
        .setInputTypes(InputType.convolutional(input.height(), input.width(), input.channels()))
        .addLayer(TRUNK, new SparseTrunk.Builder(network).build(), INPUT)
        .addLayer(
            OUTPUT,
            new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
            TRUNK)
        .setOutputs(OUTPUT)
        .build();
  }
}
