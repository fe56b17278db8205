package org.sscspark.engine.cuda;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.ParameterUpdate;
import org.sscspark.engine.ResidentImages;
import org.sscspark.engine.ResidentTraining;
import org.sscspark.engine.Targets;
import org.sscspark.engine.TrainingObjective;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.ParameterLayout;

/** Rounds that stay on the GPU: a step only queues work. */
final class CudaTraining implements ResidentTraining {
  private static final Logger LOG = LoggerFactory.getLogger(CudaTraining.class);

  private static final int THREADS = 256;
  private static final int LOSS_THREADS = 128;
  private static final int LOSS_ROWS = 8;

  /** Marks of a step: before it, after forward and loss, after backward, after the update. */
  private static final int MARKS = 4;

  private final CudaReplica replica;
  private final CudaWorkspace workspace;
  private final CudaStream stream;
  private final ParameterLayout layout;
  private final float labelSmoothing;

  private final DeviceMemory labels;

  /** [image] {loss, 1 if right}. */
  private final DeviceMemory losses;

  /** For soft targets, once there are any. */
  private DeviceMemory room = DeviceMemory.NONE;

  /** [image][class] of the step's soft targets; none of hard ones. */
  private DeviceMemory distributions = DeviceMemory.NONE;

  private final List<Pointer> marks = new ArrayList<>();
  private DeviceMemory state = DeviceMemory.NONE;

  /** [step] {mean loss, right answers}. */
  private DeviceMemory outcomes = DeviceMemory.NONE;

  private int steps;

  CudaTraining(CudaReplica replica, CudaWorkspace workspace, TrainingObjective objective) {
    this.replica = replica;
    this.workspace = workspace;
    this.stream = workspace.stream;
    this.layout = workspace.parameterLayout;
    this.labelSmoothing = (float) objective.labelSmoothing();
    this.labels = stream.allocateWords(workspace.batch.images());
    this.losses = stream.allocateWords(2L * workspace.batch.images());
  }

  @Override
  public Optional<ResidentImages> images(long count, float[][] values) {
    FeatureShape shape = replica.input().layout().shape();
    long bytes = CudaImages.bytes(shape, count);
    long free = stream.device().freeBytes();
    Optional<DeviceMemory> memory =
        count > Integer.MAX_VALUE ? Optional.empty() : stream.allocateSpare(bytes);
    LOG.info(
        "{} training images of {}, {} MiB, with {} MiB free on GPU {}: {}",
        count,
        shape,
        bytes >> 20,
        free >> 20,
        stream.device().name(),
        memory.isPresent() ? "kept there" : "sent minibatch by minibatch");
    return memory.map(
        room ->
            new CudaImages(
                this, workspace, replica.input(), replica.capacity(), (int) count, room, values));
  }

  @Override
  public void start(float[] optimizerState, int most) {
    state = atLeast(state, optimizerState.length);
    outcomes = atLeast(outcomes, 2 * most);
    steps = 0;
    stream.upload(replica.parameters(), layout.size(), workspace.parameters);
    stream.upload(optimizerState, optimizerState.length, state);
  }

  /** Buffers grow in the first rounds and then stay. */
  private DeviceMemory atLeast(DeviceMemory memory, int words) {
    return memory.bytes() >= (long) words * Float.BYTES ? memory : stream.allocateWords(words);
  }

  @Override
  public void step(float[] input, Targets targets, int count, ParameterUpdate update) {
    replica.checkInput(input, count);
    step(
        count,
        update,
        target -> {
          stream.upload(targets.labels(), count, target);
          distributions = upload(targets, count);
          replica.uploadImages(input);
        });
  }

  /** Queues the way of soft targets; hard ones are labels alone. */
  private DeviceMemory upload(Targets targets, int count) {
    if (targets instanceof Targets.Soft soft) {
      int values = count * replica.logits().channels();
      room = atLeast(room, replica.capacity() * replica.logits().channels());
      stream.upload(soft.probabilities(), values, room);
      return room;
    }
    return DeviceMemory.NONE;
  }

  /**
   * Takes a step.
   *
   * @param bringIn queues the ways of the images into the network's input, and of the labels into
   *     the memory that it is given
   */
  void step(int count, ParameterUpdate update, Consumer<DeviceMemory> bringIn) {
    replica.checkCount(count);
    stream.bind();
    workspace.batch.set(count, BatchNormMode.BATCH_AND_UPDATE);
    mark(0);
    distributions = DeviceMemory.NONE;
    bringIn.accept(labels);
    replica.runForward();
    loss();
    mark(1);
    replica.runBackward();
    mark(2);
    update(update);
    mark(MARKS - 1);
    steps++;
  }

  private void mark(int index) {
    if (marks.size() == MARKS * steps + index) {
      marks.add(stream.newEvent());
    }
    stream.record(marks.get(MARKS * steps + index));
  }

  private void loss() {
    CudaValue logits = replica.logits();
    int places = workspace.batch.places();
    stream.launch(
        "softmax_loss",
        Grid.ofThreads(places, LOSS_THREADS),
        logits.inside(),
        logits.gradientInside(),
        labels,
        distributions,
        losses,
        logits.layout().channelStride(),
        logits.channels(),
        workspace.batch.count(),
        places,
        labelSmoothing);
    stream.launch(
        "sum_losses",
        Grid.ofWarps(1, 1, 1, LOSS_ROWS),
        losses,
        outcomes.from(2L * steps),
        workspace.batch.count());
  }

  private void update(ParameterUpdate update) {
    if (update instanceof ParameterUpdate.Sgd) {
      launch("update_sgd", update);
    } else if (update instanceof ParameterUpdate.Nesterov nesterov) {
      launch("update_nesterov", update, state, nesterov.momentum());
    } else if (update instanceof ParameterUpdate.Adam adam) {
      launch(
          "update_adam",
          update,
          state,
          adam.beta1(),
          adam.beta2(),
          adam.epsilon(),
          bits(adam.decoupled()));
    } else {
      throw new IllegalArgumentException("No kernel takes the step " + update);
    }
  }

  private void launch(String kernel, ParameterUpdate update, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                workspace.parameters,
                workspace.gradients,
                layout.weightCount(),
                layout.trainableCount(),
                bits(update.coupled()),
                update.rate()));
    arguments.addAll(List.of(more));
    stream.launch(kernel, Grid.ofThreads(layout.trainableCount(), THREADS), arguments.toArray());
  }

  /** The kernels' structure Decay. */
  private static int[] bits(ParameterUpdate.Decay decay) {
    return new int[] {
      Float.floatToRawIntBits(decay.weights()), Float.floatToRawIntBits(decay.affine())
    };
  }

  @Override
  public Outcome finish(float[] optimizerState) {
    stream.download(workspace.parameters, replica.parameters(), 0, layout.size());
    stream.download(state, optimizerState, 0, optimizerState.length);
    float[] values = new float[2 * steps];
    stream.download(outcomes, values, 0, values.length);
    double[] lossOf = new double[steps];
    int[] correct = new int[steps];
    double[] seconds = new double[MARKS - 1];
    for (int step = 0; step < steps; step++) {
      lossOf[step] = values[2 * step];
      correct[step] = Math.round(values[2 * step + 1]);
      for (int phase = 0; phase < seconds.length; phase++) {
        seconds[phase] +=
            stream.seconds(marks.get(MARKS * step + phase), marks.get(MARKS * step + phase + 1));
      }
    }
    return new Outcome(lossOf, correct, seconds[0], seconds[1], seconds[2]);
  }
}
