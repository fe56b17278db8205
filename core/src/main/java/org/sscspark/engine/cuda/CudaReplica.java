package org.sscspark.engine.cuda;

import java.util.Arrays;
import java.util.Optional;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Objective;
import org.sscspark.engine.Replica;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/**
 * A network with its buffers on a GPU. Parameters cross the bus at every call, and once a round in
 * {@link CudaTraining}.
 */
final class CudaReplica implements Replica {
  private enum State {
    FRESH,
    FORWARD_DONE,
    BACKWARD_DONE,
    INPUT_GRADIENT_DONE
  }

  private final NetworkSpec network;
  private final int capacity;
  private final ParameterLayout layout;
  private final float[] parameters;
  private final float[] gradients;
  private final InputLayout inputLayout;
  private final int classes;
  private final Batch batch;
  private final CudaStream stream;
  private final Machine machine;
  private final Plan plan;

  /** [image][values] of what comes and goes: images, logits and their gradients. */
  private final DeviceMemory rows;

  private State state = State.FRESH;

  CudaReplica(NetworkSpec network, int capacity, CudaDevice device) {
    if (capacity < 1) {
      throw new IllegalArgumentException("Capacity must be positive, was " + capacity);
    }
    this.network = network;
    this.capacity = capacity;
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
    this.batch = new Batch(capacity);
    this.stream = new CudaStream(device, batch.imagesPerThread());
    try {
      this.machine = new Machine(stream, layout, batch);
      this.plan = new Plan(machine, network);
      this.rows = stream.allocateWords((long) capacity * Math.max(network.input().size(), classes));
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
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
  public void forward(float[] input, int count, BatchNormMode mode, float[] logits) {
    check(input, count);
    batch.set(count, mode);
    stream.upload(parameters, parameters.length, machine.parameters);
    uploadImages(input);
    plan.forward();
    turnOut(plan.logits().inside(), plan.logits().layout);
    stream.download(rows, logits, 0, count * classes);
    if (mode == BatchNormMode.BATCH_AND_UPDATE && layout.statisticsCount() > 0) {
      stream.download(
          machine.parameters.from(layout.trainableCount()),
          parameters,
          layout.trainableCount(),
          layout.statisticsCount());
    }
    state = State.FORWARD_DONE;
  }

  @Override
  public void backward(float[] logitsGradient) {
    if (state == State.FRESH) {
      throw new IllegalStateException("backward needs a forward before it");
    }
    stream.upload(logitsGradient, batch.count() * classes, rows);
    turnIn(plan.logits().gradientInside(), plan.logits().layout);
    plan.backward();
    stream.download(machine.gradients, gradients, 0, layout.trainableCount());
    state = State.BACKWARD_DONE;
  }

  @Override
  public void inputGradient(float[] inputGradient) {
    if (state == State.FRESH || state == State.FORWARD_DONE) {
      throw new IllegalStateException("inputGradient needs a backward before it");
    }
    stream.bind();
    if (state == State.BACKWARD_DONE) {
      plan.backwardInput();
      state = State.INPUT_GRADIENT_DONE;
    }
    turnOut(plan.input().gradientInside(), plan.input().layout);
    stream.download(rows, inputGradient, 0, batch.count() * network.input().size());
  }

  @Override
  public Optional<ResidentTraining> residentTraining(Objective objective) {
    return Optional.of(new CudaTraining(this, machine, plan, objective));
  }

  Machine machine() {
    return machine;
  }

  Plan plan() {
    return plan;
  }

  /**
   * Checks the arguments of a forward pass.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  void check(float[] input, int count) {
    checkCount(count);
    if (input.length != inputLayout.length()) {
      throw new IllegalArgumentException(
          "The input has " + input.length + " floats, its layout " + inputLayout.length());
    }
  }

  void checkCount(int count) {
    if (count < 1 || count > capacity) {
      throw new IllegalArgumentException(
          "A minibatch has 1 to " + capacity + " examples, was given " + count);
    }
  }

  /** Queues the way of the current minibatch's images into the network's input. */
  void uploadImages(float[] input) {
    stream.upload(input, batch.count() * network.input().size(), rows);
    turnIn(plan.input().inside(), plan.input().layout);
  }

  private void turnIn(DeviceMemory features, Layout of) {
    stream.launch(
        "images_in",
        Machine.squares(of, batch.places()),
        rows,
        features,
        of.plane(),
        of.shape().channels(),
        batch.count());
  }

  private void turnOut(DeviceMemory features, Layout of) {
    stream.launch(
        "images_out",
        Machine.squares(of, batch.count()),
        features,
        rows,
        of.plane(),
        of.shape().channels(),
        batch.count());
  }

  @Override
  public void close() {
    stream.close();
  }
}
