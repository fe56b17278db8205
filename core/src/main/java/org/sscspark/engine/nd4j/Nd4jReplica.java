package org.sscspark.engine.nd4j;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/** A network in single precision on ND4J. */
final class Nd4jReplica extends FlatReplica {
  private final Nd4jThreads threads;
  private final InputLayout inputLayout;
  private final Nd4jGraph graph;
  private final Buffers buffers = new Buffers(DataType.FLOAT);
  private final int classes;

  private int count;
  private INDArray inputGradient;

  /**
   * Makes a replica; operators take their memory in its first calls.
   *
   * @param trains whether it is ever asked for gradients
   */
  Nd4jReplica(NetworkSpec network, int capacity, boolean trains, Nd4jThreads threads) {
    super(network, capacity, trains);
    this.threads = threads;
    this.inputLayout = InputLayout.nchw(network.input(), capacity);
    this.classes = network.classes();
    this.graph =
        new Nd4jGraph(
            network,
            new Nd4jOperators(
                layout(), new FlatVector.Floats(parameters()), new FlatVector.Floats(gradients())));
  }

  @Override
  public InputLayout inputLayout() {
    return inputLayout;
  }

  @Override
  protected void computeLogits(float[] input, int examples, BatchNormMode mode, float[] logits) {
    threads.apply();
    count = examples;
    FeatureShape shape = network().input();
    INDArray images = buffers.take("input", count, shape.channels(), shape.height(), shape.width());
    HostMemory.write(input, 0, images);
    HostMemory.read(graph.forward(images, mode), logits, 0);
  }

  @Override
  protected void computeGradients(float[] logitsGradient) {
    threads.apply();
    INDArray gradient = buffers.take("logitsGradient", count, classes, 1, 1);
    HostMemory.write(logitsGradient, 0, gradient);
    Arrays.fill(gradients(), 0);
    inputGradient = graph.backward(gradient);
  }

  /** It came with the others. */
  @Override
  protected void computeInputGradient() {}

  @Override
  protected void readInputGradient(float[] target) {
    HostMemory.read(inputGradient, target, 0);
  }

  @Override
  public void close() {
    graph.close();
    buffers.close();
    inputGradient = null;
  }
}
