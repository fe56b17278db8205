package org.sscspark.engine.nd4j;

import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.DoubleNetwork;
import org.sscspark.engine.ReplicaMemory;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;

/**
 * A network in double precision on ND4J. Memory is held only during a call. It runs on one thread,
 * so that its bits, and the scores made of them, do not depend on the machine's cores; they do on
 * the processor, by which BLAS chooses its kernels.
 */
public final class Nd4jDoubleNetwork implements DoubleNetwork {
  private static final Nd4jThreads THREADS = new Nd4jThreads(1);

  private final NetworkSpec network;
  private final ParameterLayout layout;
  private final int classes;

  public Nd4jDoubleNetwork(NetworkSpec network) {
    this.network = network;
    this.layout = ParameterLayout.of(network);
    this.classes = network.classes();
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
  public String arithmetic() {
    return "%s, %s".formatted(Nd4jEngine.NAME, CpuKernels.description());
  }

  @Override
  public double[] logits(double[] parameters, double[] images, int count, BatchNormMode mode) {
    try (Run run = new Run(parameters, mode)) {
      return run.logits(images, count);
    }
  }

  @Override
  public double[] gatedLogits(Point gates, Point linear, int count) {
    try (Run deciding = new Run(gates.parameters(), gates.mode());
        Run gated = new Run(linear.parameters(), linear.mode(), Optional.of(deciding.graph))) {
      deciding.logits(gates.images(), count);
      return gated.logits(linear.images(), count);
    }
  }

  @Override
  public Gradient gradient(
      double[] parameters, double[] images, int count, BatchNormMode mode, LogitLoss loss) {
    try (Run run = new Run(parameters, mode)) {
      double[] logits = run.logits(images, count);
      double[] logitsGradient = new double[logits.length];
      double value = loss.lossAndGradient(logits, logitsGradient);
      return run.gradient(value, logitsGradient, count);
    }
  }

  /** What {@link #gradient} takes at least, for so many images. */
  public static ReplicaMemory gradientMemory(NetworkSpec network, int images) {
    return memory(network, images, /* trains= */ true, /* runs= */ 1);
  }

  /** What {@link #gatedLogits} takes at least, for so many images. */
  public static ReplicaMemory gatedMemory(NetworkSpec network, int images) {
    return memory(network, images, /* trains= */ false, /* runs= */ 2);
  }

  /** Each run has parameters and gradients on the heap. */
  private static ReplicaMemory memory(NetworkSpec network, int images, boolean trains, long runs) {
    long vectors = 2L * ParameterLayout.of(network).size();
    long values = Nd4jMemory.values(network, images, trains);
    return new ReplicaMemory(
        Double.BYTES * runs * vectors, Double.BYTES * runs * values, /* gpu= */ 0);
  }

  /** One evaluation of the network. */
  private final class Run implements AutoCloseable {
    private final BatchNormMode mode;
    private final double[] gradients = new double[layout.size()];
    private final Buffers buffers = new Buffers(DataType.DOUBLE);
    private final Nd4jGraph graph;

    Run(double[] parameters, BatchNormMode mode) {
      this(parameters, mode, Optional.empty());
    }

    /** One whose ReLUs another run decides, if there is one. */
    Run(double[] parameters, BatchNormMode mode, Optional<Nd4jGraph> gates) {
      if (parameters.length != layout.size()) {
        throw new IllegalArgumentException(
            "The network has " + layout.size() + " parameters, was given " + parameters.length);
      }
      THREADS.apply();
      this.mode = mode == BatchNormMode.RUNNING ? mode : BatchNormMode.BATCH;
      FlatVector from = new FlatVector.Doubles(parameters);
      FlatVector to = new FlatVector.Doubles(gradients);
      this.graph =
          new Nd4jGraph(
              network,
              gates.isPresent()
                  ? new GatedOperators(layout, from, to, gates.get())
                  : new Nd4jOperators(layout, from, to));
    }

    double[] logits(double[] images, int count) {
      FeatureShape shape = network.input();
      INDArray input =
          buffers.take("input", count, shape.channels(), shape.height(), shape.width());
      HostMemory.write(images, 0, input);
      return buffers.values(graph.forward(input, mode));
    }

    Gradient gradient(double loss, double[] logitsGradient, int count) {
      INDArray output = buffers.fill("logitsGradient", logitsGradient, count, classes, 1, 1);
      INDArray inputGradient = graph.backward(output);
      return new Gradient(loss, gradients, buffers.values(inputGradient));
    }

    @Override
    public void close() {
      graph.close();
      buffers.close();
    }
  }
}
