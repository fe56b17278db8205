package org.sscspark.engine.cuda;

import java.util.List;
import java.util.Optional;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.engine.TrainingObjective;
import org.sscspark.engine.plan.Execution;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.NetworkSpec;

/**
 * A network with its buffers on a GPU. Parameters cross the bus at every call, and once a round in
 * {@link CudaTraining}.
 */
final class CudaReplica extends FlatReplica {
  private final InputLayout inputLayout;
  private final int classes;
  private final CudaMinibatch batch;
  private final CudaStream stream;
  private final CudaWorkspace workspace;
  private final Execution<CudaStep> execution;
  private final CudaValue input;
  private final CudaValue logits;

  /** [image][values] of what comes and goes: images, logits and their gradients. */
  private final DeviceMemory rows;

  CudaReplica(NetworkSpec network, NetworkPlan plan, int capacity, CudaDevice device) {
    super(network, capacity, plan.trains());
    this.classes = network.classes();
    this.batch = new CudaMinibatch(capacity);
    this.stream = new CudaStream(device, batch.imagesPerThread());
    try {
      this.workspace = new CudaWorkspace(stream, layout(), batch, plan.trains());
      CudaSteps steps = new CudaSteps(workspace, plan.trains());
      this.execution = new Execution<>(plan, plan.steps(steps));
      this.input = steps.value(plan.input());
      this.inputLayout = InputLayout.nchw(network.input(), capacity);
      this.logits = steps.value(plan.logits());
      workspace.packedWeights.complete();
      this.rows = stream.allocateWords((long) capacity * Math.max(network.input().size(), classes));
    } catch (Throwable e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(Throwable failure) {
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
  protected void computeLogits(float[] images, int count, BatchNormMode mode, float[] target) {
    batch.set(count, mode);
    stream.upload(parameters(), parameters().length, workspace.parameters);
    uploadImages(images);
    runForward();
    turnOut(logits.inside(), logits.layout());
    stream.download(rows, target, 0, count * classes);
    if (mode == BatchNormMode.BATCH_AND_UPDATE && layout().statisticsCount() > 0) {
      stream.download(
          workspace.parameters.from(layout().trainableCount()),
          parameters(),
          layout().trainableCount(),
          layout().statisticsCount());
    }
  }

  @Override
  protected void computeGradients(float[] logitsGradient) {
    stream.upload(logitsGradient, batch.count() * classes, rows);
    turnIn(logits.gradientInside(), logits.layout(), /* repeats= */ false);
    runBackward();
    stream.download(workspace.gradients, gradients(), 0, layout().trainableCount());
  }

  @Override
  protected void computeInputGradient() {
    stream.bind();
    execution.backwardInput();
  }

  @Override
  protected void readInputGradient(float[] inputGradient) {
    stream.bind();
    turnOut(input.gradientInside(), input.layout());
    stream.download(rows, inputGradient, 0, batch.count() * network().input().size());
  }

  @Override
  public Optional<ResidentTraining> residentTraining(TrainingObjective objective) {
    return Optional.of(new CudaTraining(this, workspace, objective));
  }

  CudaWorkspace workspace() {
    return workspace;
  }

  Execution<CudaStep> execution() {
    return execution;
  }

  CudaValue input() {
    return input;
  }

  CudaValue logits() {
    return logits;
  }

  /** Queues forward for the current minibatch. */
  void runForward() {
    stream.replay(
        List.of("forward", batch.count(), batch.mode()),
        () -> {
          workspace.packedWeights.gather(workspace.parameters);
          execution.forward();
        });
  }

  /** Queues backward for the current minibatch, without the gradient of the network's input. */
  void runBackward() {
    stream.replay(List.of("backward", batch.count(), batch.mode()), execution::backward);
  }

  /** Queues the way of the current minibatch's images into the network's input. */
  void uploadImages(float[] images) {
    stream.upload(images, batch.count() * network().input().size(), rows);
    turnIn(input.inside(), input.layout(), /* repeats= */ true);
  }

  /**
   * Queues the way of rows into features.
   *
   * @param repeats whether places without an image repeat one that counts, rather than be zero
   */
  private void turnIn(DeviceMemory features, CudaLayout of, boolean repeats) {
    stream.launch(
        "images_in",
        CudaWorkspace.squares(of, batch.places()),
        rows,
        features,
        of.plane(),
        of.shape().channels(),
        batch.count(),
        CudaWorkspace.flag(repeats));
  }

  private void turnOut(DeviceMemory features, CudaLayout of) {
    stream.launch(
        "images_out",
        CudaWorkspace.squares(of, batch.count()),
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
