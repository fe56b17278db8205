package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.Replica;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;
import org.sscspark.network.ParameterLayout.Segment;

/** A network with its buffers and threads. A step allocates nothing. */
final class LaneReplica implements Replica {
  private enum State {
    FRESH,
    FORWARD_DONE,
    BACKWARD_DONE,
    INPUT_GRADIENT_DONE
  }

  private final NetworkSpec network;
  private final int capacity;
  private final Machine machine;
  private final Plan plan;
  private final InputLayout inputLayout;
  private State state = State.FRESH;

  LaneReplica(NetworkSpec network, int capacity, Arithmetic arithmetic, int threads) {
    if (capacity < 1) {
      throw new IllegalArgumentException("Capacity must be positive, was " + capacity);
    }
    this.network = network;
    this.capacity = capacity;
    this.machine = new Machine(arithmetic, threads, ParameterLayout.of(network));
    this.plan = new Plan(machine, network, capacity);
    this.inputLayout = plan.input().layout.inputLayout(capacity);
    for (Segment segment : machine.layout.segments()) {
      if (segment.role() == Role.VARIANCE) {
        Arrays.fill(machine.parameters, segment.offset(), segment.end(), 1);
      }
    }
  }

  LaneReplica timed(StepTimes times) {
    plan.time(times);
    return this;
  }

  @Override
  public NetworkSpec network() {
    return network;
  }

  @Override
  public ParameterLayout layout() {
    return machine.layout;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public float[] parameters() {
    return machine.parameters;
  }

  @Override
  public float[] gradients() {
    return machine.gradients;
  }

  @Override
  public InputLayout inputLayout() {
    return inputLayout;
  }

  @Override
  public void forward(float[] input, int count, BatchNormMode mode, float[] logits) {
    if (count < 1 || count > capacity) {
      throw new IllegalArgumentException(
          "A minibatch has 1 to " + capacity + " examples, was given " + count);
    }
    if (input.length != inputLayout.length()) {
      throw new IllegalArgumentException(
          "The input has " + input.length + " floats, its layout " + inputLayout.length());
    }
    machine.batch.set(count, mode);
    plan.input().data = input;
    clearIdleLanes(plan.input(), input);
    plan.forward();
    Value out = plan.logits();
    for (int n = 0; n < count; n++) {
      for (int k = 0; k < out.channels(); k++) {
        logits[n * out.channels() + k] = out.data[at(out, n, k)];
      }
    }
    state = State.FORWARD_DONE;
  }

  /** Images that do not count are zero, so that lanes without an example stay finite. */
  private void clearIdleLanes(Value value, float[] values) {
    int lastBlock = machine.batch.blocks() - 1;
    int used = machine.batch.lanes(lastBlock);
    for (int c = 0; c < value.channels() && used < machine.lanes(); c++) {
      for (int position : value.plane) {
        int at = value.layout.plane(lastBlock, c) + position;
        Arrays.fill(values, at + used, at + machine.lanes(), 0);
      }
    }
  }

  private int at(Value value, int example, int channel) {
    int lanes = machine.lanes();
    return value.layout.plane(example / lanes, channel) + example % lanes;
  }

  @Override
  public void backward(float[] logitsGradient) {
    if (state == State.FRESH) {
      throw new IllegalStateException("backward needs a forward before it");
    }
    Value out = plan.logits();
    clearIdleLanes(out, out.gradient);
    for (int n = 0; n < machine.batch.count(); n++) {
      for (int k = 0; k < out.channels(); k++) {
        out.gradient[at(out, n, k)] = logitsGradient[n * out.channels() + k];
      }
    }
    plan.backward();
    state = State.BACKWARD_DONE;
  }

  @Override
  public void inputGradient(float[] inputGradient) {
    if (state == State.FRESH || state == State.FORWARD_DONE) {
      throw new IllegalStateException("inputGradient needs a backward before it");
    }
    if (state == State.BACKWARD_DONE) {
      plan.backwardInput();
      state = State.INPUT_GRADIENT_DONE;
    }
    Value in = plan.input();
    FeatureShape shape = network.input();
    int next = 0;
    for (int n = 0; n < machine.batch.count(); n++) {
      for (int c = 0; c < shape.channels(); c++) {
        int plane = at(in, n, c);
        for (int position : in.plane) {
          inputGradient[next++] = in.gradient[plane + position];
        }
      }
    }
  }

  @Override
  public void close() {
    machine.team.close();
  }
}
