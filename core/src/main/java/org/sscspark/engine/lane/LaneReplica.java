package org.sscspark.engine.lane;

import java.util.Arrays;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.FlatReplica;
import org.sscspark.engine.InputLayout;
import org.sscspark.engine.plan.Execution;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.engine.plan.Step;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/** A network with its buffers and threads. A step allocates nothing. */
final class LaneReplica extends FlatReplica {
  private final LaneWorkspace workspace;
  private final Execution<Step> execution;
  private final LaneValue input;
  private final LaneValue logits;
  private final InputLayout inputLayout;

  LaneReplica(
      NetworkSpec network,
      NetworkPlan plan,
      int capacity,
      Arithmetic arithmetic,
      int threads,
      CacheSizes caches) {
    super(network, capacity, plan.trains());
    WorkerThreads workers = new WorkerThreads(threads);
    try {
      this.workspace =
          new LaneWorkspace(arithmetic, workers, caches, layout(), parameters(), gradients());
      LaneSteps steps = new LaneSteps(workspace, capacity, plan.trains());
      this.input = steps.value(plan.input());
      this.execution = new Execution<>(plan, plan.steps(steps));
      this.logits = steps.value(plan.logits());
      this.inputLayout = input.layout().inputLayout(capacity);
    } catch (Throwable unplanned) {
      // Out of memory among others: nobody else could end the threads.
      workers.close();
      throw unplanned;
    }
  }

  LaneReplica timed(StepTimes times) {
    execution.observe(times::lap);
    return this;
  }

  @Override
  public InputLayout inputLayout() {
    return inputLayout;
  }

  @Override
  protected void computeLogits(float[] images, int count, BatchNormMode mode, float[] target) {
    workspace.batch.set(count, mode);
    input.data().floats = images;
    fillIdleLanes(input.data(), /* repeats= */ true);
    execution.forward();
    LaneBuffer out = logits.data();
    for (int n = 0; n < count; n++) {
      for (int k = 0; k < out.channels(); k++) {
        target[n * out.channels() + k] = out.floats[at(out, n, k)];
      }
    }
  }

  /**
   * Lanes without an example repeat an image that counts, so that they stay as finite as it is,
   * whatever norms divide by: their gradient is zero, but zero times infinity is no number.
   *
   * @param repeats whether they hold what the block's first lane does, rather than zero
   */
  private void fillIdleLanes(LaneBuffer buffer, boolean repeats) {
    int lastBlock = workspace.batch.blocks() - 1;
    int used = workspace.batch.lanes(lastBlock);
    for (int c = 0; c < buffer.channels() && used < workspace.lanes(); c++) {
      for (int position : buffer.plane) {
        int at = buffer.layout.plane(lastBlock, c) + position;
        float value = repeats ? buffer.floats[at] : 0;
        Arrays.fill(buffer.floats, at + used, at + workspace.lanes(), value);
      }
    }
  }

  private int at(LaneBuffer buffer, int example, int channel) {
    int lanes = workspace.lanes();
    return buffer.layout.plane(example / lanes, channel) + example % lanes;
  }

  @Override
  protected void computeGradients(float[] logitsGradient) {
    LaneBuffer out = logits.gradient();
    fillIdleLanes(out, /* repeats= */ false);
    for (int n = 0; n < workspace.batch.count(); n++) {
      for (int k = 0; k < out.channels(); k++) {
        out.floats[at(out, n, k)] = logitsGradient[n * out.channels() + k];
      }
    }
    execution.backward();
  }

  @Override
  protected void computeInputGradient() {
    execution.backwardInput();
  }

  @Override
  protected void readInputGradient(float[] inputGradient) {
    LaneBuffer in = input.gradient();
    FeatureShape shape = network().input();
    int next = 0;
    for (int n = 0; n < workspace.batch.count(); n++) {
      for (int c = 0; c < shape.channels(); c++) {
        int plane = at(in, n, c);
        for (int position : in.plane) {
          inputGradient[next++] = in.floats[plane + position];
        }
      }
    }
  }

  @Override
  public void close() {
    workspace.threads.close();
  }
}
