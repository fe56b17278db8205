package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InputLayout;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/** A network with its buffers and threads. A step allocates nothing. */
final class LaneReplica extends FlatReplica {
  private final Machine machine;
  private final Plan plan;
  private final InputLayout inputLayout;

  LaneReplica(NetworkSpec network, int capacity, Arithmetic arithmetic, int threads) {
    super(network, capacity);
    this.machine = new Machine(arithmetic, threads, layout(), parameters(), gradients());
    this.plan = new Plan(machine, network, capacity);
    this.inputLayout = plan.input().layout.inputLayout(capacity);
  }

  LaneReplica timed(StepTimes times) {
    plan.time(times);
    return this;
  }

  @Override
  public InputLayout inputLayout() {
    return inputLayout;
  }

  @Override
  protected void computeLogits(float[] input, int count, BatchNormMode mode, float[] logits) {
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
  protected void computeGradients(float[] logitsGradient) {
    Value out = plan.logits();
    clearIdleLanes(out, out.gradient);
    for (int n = 0; n < machine.batch.count(); n++) {
      for (int k = 0; k < out.channels(); k++) {
        out.gradient[at(out, n, k)] = logitsGradient[n * out.channels() + k];
      }
    }
    plan.backward();
  }

  @Override
  protected void computeInputGradient() {
    plan.backwardInput();
  }

  @Override
  protected void readInputGradient(float[] inputGradient) {
    Value in = plan.input();
    FeatureShape shape = network().input();
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
