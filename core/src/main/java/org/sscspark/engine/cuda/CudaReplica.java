package org.sscspark.engine.cuda;

import java.util.Optional;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Objective;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.network.NetworkSpec;

/**
 * A network with its buffers on a GPU. Parameters cross the bus at every call, and once a round in
 * {@link CudaTraining}.
 */
final class CudaReplica extends FlatReplica {
  private final InputLayout inputLayout;
  private final int classes;
  private final Batch batch;
  private final CudaStream stream;
  private final Machine machine;
  private final Plan plan;

  /** [image][values] of what comes and goes: images, logits and their gradients. */
  private final DeviceMemory rows;

  CudaReplica(NetworkSpec network, int capacity, CudaDevice device) {
    super(network, capacity);
    this.inputLayout = InputLayout.nchw(network.input(), capacity);
    this.classes = network.classes();
    this.batch = new Batch(capacity);
    this.stream = new CudaStream(device, batch.imagesPerThread());
    try {
      this.machine = new Machine(stream, layout(), batch);
      this.plan = new Plan(machine, network);
      this.rows = stream.allocateWords((long) capacity * Math.max(network.input().size(), classes));
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(RuntimeException failure) {
    try {
      stream.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public InputLayout inputLayout() {
    return inputLayout;
  }

  @Override
  protected void computeLogits(float[] input, int count, BatchNormMode mode, float[] logits) {
    batch.set(count, mode);
    stream.upload(parameters(), parameters().length, machine.parameters);
    uploadImages(input);
    plan.forward();
    turnOut(plan.logits().inside(), plan.logits().layout);
    stream.download(rows, logits, 0, count * classes);
    if (mode == BatchNormMode.BATCH_AND_UPDATE && layout().statisticsCount() > 0) {
      stream.download(
          machine.parameters.from(layout().trainableCount()),
          parameters(),
          layout().trainableCount(),
          layout().statisticsCount());
    }
  }

  @Override
  protected void computeGradients(float[] logitsGradient) {
    stream.upload(logitsGradient, batch.count() * classes, rows);
    turnIn(plan.logits().gradientInside(), plan.logits().layout);
    plan.backward();
    stream.download(machine.gradients, gradients(), 0, layout().trainableCount());
  }

  @Override
  protected void computeInputGradient() {
    stream.bind();
    plan.backwardInput();
  }

  @Override
  protected void readInputGradient(float[] inputGradient) {
    stream.bind();
    turnOut(plan.input().gradientInside(), plan.input().layout);
    stream.download(rows, inputGradient, 0, batch.count() * network().input().size());
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

  /** Queues the way of the current minibatch's images into the network's input. */
  void uploadImages(float[] input) {
    stream.upload(input, batch.count() * network().input().size(), rows);
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
