package org.sscspark.engine.lane;

import java.util.List;
import org.sscspark.engine.BatchNormMode;
import org.sscspark.engine.plan.LayerStep;
import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/** One convolution without a network around it, on one thread: for measurements. */
public final class LaneConvolution implements AutoCloseable {
  private final LaneWorkspace workspace;
  private final LayerStep step;
  private final long multiplyAdds;

  /** Values, weights and gradients are small numbers of both signs. */
  public LaneConvolution(Op.Convolution convolution, FeatureShape input, int batch) {
    FeatureShape output = convolution.output(List.of(input));
    NetworkSpec network =
        new NetworkSpec(
            convolution.name(),
            input,
            List.of(convolution, new Op.GlobalAveragePool("pool", convolution.name())));
    Arithmetic arithmetic = LaneEngine.arithmetic();
    ParameterLayout layout = ParameterLayout.of(network);
    float[] parameters = new float[layout.size()];
    workspace =
        new LaneWorkspace(
            arithmetic,
            new WorkerThreads(1),
            CacheSizes.ofThisMachine(),
            layout,
            parameters,
            new float[layout.size()]);
    workspace.batch.set(batch, BatchNormMode.BATCH);
    NetworkPlan plan = NetworkPlan.of(network);
    LaneSteps steps = new LaneSteps(workspace, batch, plan.trains());
    LaneBuffer in = steps.value(plan.input()).data();
    in.floats = new float[in.layout.length()];
    step = (LayerStep) plan.steps(steps).get(0);
    fill(parameters, 13);
    fill(in.floats, 101);
    fill(steps.value(plan.steps().get(0).output()).gradient().floats, 97);
    multiplyAdds =
        (long) layout.weightCount()
            * output.height()
            * output.width()
            * in.layout.blocks()
            * arithmetic.lanes();
  }

  private static void fill(float[] values, int period) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % period - period / 2) * 0.01f;
    }
  }

  /** Multiply-adds of kept weights in each of the three computations. */
  public long multiplyAdds() {
    return multiplyAdds;
  }

  public void forward() {
    step.forward();
  }

  public void backwardInput() {
    step.backwardInput();
  }

  public void backwardWeights() {
    step.backwardParameters();
  }

  @Override
  public void close() {
    workspace.threads.close();
  }
}
