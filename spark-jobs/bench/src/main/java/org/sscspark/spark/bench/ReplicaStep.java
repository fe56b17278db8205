package org.sscspark.spark.bench;

import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.Replica;
import org.sscspark.engine.SoftmaxCrossEntropy;
import org.sscspark.engine.lane.StepTimes;
import org.sscspark.network.FanIn;
import org.sscspark.network.Initialization;
import org.sscspark.network.ParameterLayout;
import org.sscspark.optimizer.Nesterov;

/**
 * Training steps of a replica, always on the same minibatch: forward, loss, backward, weight decay
 * and Nesterov's momentum.
 */
final class ReplicaStep implements Runnable, AutoCloseable {
  /** The part of a step's times that is the update. */
  static final StepTimes.Part UPDATE = new StepTimes.Part("Update", "update");

  private static final double LEARNING_RATE = 0.1;
  private static final Nesterov OPTIMIZER = new Nesterov(0.9, 5e-4, 5e-4);

  private final Replica replica;
  private final int classes;
  private final float[] logits;
  private final int[] labels;
  private final float[] state;
  private float[] input;
  private double loss;

  ReplicaStep(Replica replica) {
    this.replica = replica;
    classes = replica.network().classes();
    int batch = replica.capacity();
    input = replica.newInput();
    replica.inputLayout().fill(Minibatches.images(replica.network().input(), batch), batch, input);
    logits = new float[batch * classes];
    labels = Minibatches.labels(batch, classes);
    state = new float[OPTIMIZER.stateSize(replica.layout())];
    float[] parameters = Initialization.parameters(replica.network(), FanIn.KEPT, 0);
    System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
  }

  Replica replica() {
    return replica;
  }

  int weights() {
    return replica.layout().weightCount();
  }

  /** What an update reads and writes: parameters, their velocity, and gradients, which it reads. */
  static long updateBytes(ParameterLayout parameters) {
    long trained = (long) Float.BYTES * parameters.trainableCount();
    return (1 + 2 + 2 * OPTIMIZER.stateSize(parameters) / parameters.trainableCount()) * trained;
  }

  /** The loss of the last step, before its update. */
  double loss() {
    return loss;
  }

  /** From now on, trains on other images, in the replica's layout. */
  void setInput(float[] images) {
    input = images;
  }

  @Override
  public void run() {
    run(null);
  }

  /**
   * The same, timed.
   *
   * @param times counts the loss and the update; null if nobody measures
   */
  void run(StepTimes times) {
    if (times != null) {
      times.start();
    }
    replica.forward(input, labels.length, BatchNormMode.BATCH_AND_UPDATE, logits);
    loss = SoftmaxCrossEntropy.lossAndGradient(logits, labels, labels.length, classes, 0, logits);
    if (times != null) {
      times.lap("Loss", "forward and backward");
    }
    replica.backward(logits);
    OPTIMIZER.step(
        replica.parameters(), replica.gradients(), state, replica.layout(), LEARNING_RATE, 0);
    if (times != null) {
      times.lap(UPDATE.kind(), UPDATE.pass());
    }
  }

  @Override
  public void close() {
    replica.close();
  }
}
