package org.sscspark.engine.nd4j;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Replica;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/** A network in single precision on ND4J. */
final class Nd4jReplica implements Replica {
  private final NetworkSpec network;
  private final int capacity;
  private final Nd4jThreads threads;
  private final ParameterLayout layout;
  private final float[] parameters;
  private final float[] gradients;
  private final InputLayout inputLayout;
  private final Nd4jGraph graph;
  private final Buffers buffers = new Buffers(DataType.FLOAT);
  private final int classes;

  private int count;
  private INDArray inputGradient;

  Nd4jReplica(NetworkSpec network, int capacity, Nd4jThreads threads) {
    if (capacity < 1) {
      throw new IllegalArgumentException("Capacity must be positive, was " + capacity);
    }
    this.network = network;
    this.capacity = capacity;
    this.threads = threads;
    this.layout = ParameterLayout.of(network);
    this.parameters = new float[layout.size()];
    this.gradients = new float[layout.size()];
    this.inputLayout = InputLayout.nchw(network.input(), capacity);
    this.classes = network.classes();
    for (Segment segment : layout.segments()) {
      if (segment.role() == Role.VARIANCE) {
        Arrays.fill(parameters, segment.offset(), segment.end(), 1);
      }
    }
    this.graph =
        new Nd4jGraph(
            network, layout, new FlatVector.Floats(parameters), new FlatVector.Floats(gradients));
  }

  @Override
  public NetworkSpec network() {
    return network;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public InputLayout inputLayout() {
    return inputLayout;
  }

  @Override
  public void forward(float[] input, int examples, BatchNormMode mode, float[] logits) {
    if (examples < 1 || examples > capacity) {
      throw new IllegalArgumentException(
          "A minibatch has 1 to " + capacity + " examples, was given " + examples);
    }
    threads.apply();
    count = examples;
    INDArray images =
        buffers.take(
            "input",
            count,
            network.input().channels(),
            network.input().height(),
            network.input().width());
    HostMemory.write(input, 0, images);
    HostMemory.read(graph.forward(images, mode), logits, 0);
  }

  @Override
  public void backward(float[] logitsGradient) {
    if (count == 0) {
      throw new IllegalStateException("backward needs a forward before it");
    }
    threads.apply();
    INDArray gradient = buffers.take("logitsGradient", count, classes, 1, 1);
    HostMemory.write(logitsGradient, 0, gradient);
    Arrays.fill(gradients, 0);
    inputGradient = graph.backward(gradient);
  }

  @Override
  public void inputGradient(float[] target) {
    if (inputGradient == null) {
      throw new IllegalStateException("inputGradient needs a backward before it");
    }
    HostMemory.read(inputGradient, target, 0);
  }

  @Override
  public void close() {
    graph.close();
    buffers.close();
    count = 0;
    inputGradient = null;
  }
}
