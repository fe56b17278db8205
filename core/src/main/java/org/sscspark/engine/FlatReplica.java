package org.sscspark.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/**
 * A replica's flat vectors, and the rules of its calls: what {@link #forward} accepts, and that
 * gradients come after it. Subclasses compute.
 */
public abstract class FlatReplica implements Replica {
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

  /** The parameters of operators that have no gradient, as no logit depends on them. */
  private final List<Segment> dead;

  private State state = State.FRESH;

  /** A replica that trains: parameters are zero, variances one. */
  protected FlatReplica(NetworkSpec network, int capacity) {
    this(network, capacity, /* trains= */ true);
  }

  /**
   * Parameters are zero, variances one.
   *
   * @param trains whether there are gradients
   */
  protected FlatReplica(NetworkSpec network, int capacity, boolean trains) {
    if (capacity < 1) {
      throw new IllegalArgumentException("Capacity must be positive, was " + capacity);
    }
    this.network = network;
    this.capacity = capacity;
    this.layout = ParameterLayout.of(network);
    this.parameters = new float[layout.size()];
    this.gradients = new float[trains ? layout.size() : 0];
    Set<String> live = network.live();
    this.dead = layout.segments().stream().filter(s -> !live.contains(s.op())).toList();
    for (Segment segment : layout.segments()) {
      if (segment.role() == Role.VARIANCE) {
        Arrays.fill(parameters, segment.offset(), segment.end(), 1);
      }
    }
  }

  /** The bytes of the flat vectors of a replica. */
  public static long vectorBytes(ReplicaUse use) {
    return (use.trains() ? 2L : 1L) * Float.BYTES * ParameterLayout.of(use.network()).size();
  }

  @Override
  public final NetworkSpec network() {
    return network;
  }

  @Override
  public final ParameterLayout layout() {
    return layout;
  }

  @Override
  public final int capacity() {
    return capacity;
  }

  @Override
  public final float[] parameters() {
    return parameters;
  }

  @Override
  public final float[] gradients() {
    return gradients;
  }

  @Override
  public final void forward(float[] input, int count, BatchNormMode mode, float[] logits) {
    checkInput(input, count);
    computeLogits(input, count, mode, logits);
    state = State.FORWARD_DONE;
  }

  @Override
  public final void backward(float[] logitsGradient) {
    if (state == State.FRESH) {
      throw new IllegalStateException("backward needs a forward before it");
    }
    computeGradients(logitsGradient);
    for (int i = 0; i < dead.size(); i++) {
      // Nobody else overwrites what an optimizer has added to them.
      Arrays.fill(gradients, dead.get(i).offset(), dead.get(i).end(), 0);
    }
    state = State.BACKWARD_DONE;
  }

  @Override
  public final void inputGradient(float[] inputGradient) {
    if (state == State.FRESH || state == State.FORWARD_DONE) {
      throw new IllegalStateException("inputGradient needs a backward before it");
    }
    if (state == State.BACKWARD_DONE) {
      computeInputGradient();
      state = State.INPUT_GRADIENT_DONE;
    }
    readInputGradient(inputGradient);
  }

  /**
   * Checks the arguments of a forward pass.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  public final void checkInput(float[] input, int count) {
    checkCount(count);
    if (input.length != inputLayout().length()) {
      throw new IllegalArgumentException(
          "The input has " + input.length + " floats, its layout " + inputLayout().length());
    }
  }

  /**
   * Checks the size of a minibatch.
   *
   * @throws IllegalArgumentException if it is empty or too large
   */
  public final void checkCount(int count) {
    if (count < 1 || count > capacity) {
      throw new IllegalArgumentException(
          "A minibatch has 1 to " + capacity + " examples, was given " + count);
    }
  }

  /** As {@link #forward}, of arguments that are checked. */
  protected abstract void computeLogits(
      float[] input, int count, BatchNormMode mode, float[] logits);

  /** As {@link #backward}, after a forward pass. */
  protected abstract void computeGradients(float[] logitsGradient);

  /** Completes the gradient of the input: once, if at all, after each {@link #computeGradients}. */
  protected abstract void computeInputGradient();

  /** As {@link #inputGradient}, of a gradient that is complete. */
  protected abstract void readInputGradient(float[] inputGradient);
}
