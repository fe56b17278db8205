package org.sscspark.engine.cuda;

import java.util.List;
import java.util.Optional;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.LayerStep;
import org.sscspark.engine.plan.PlannedStep;

/** A convolution or a fully connected layer over the weights that exist. */
final class CudaLayerStep implements CudaStep, LayerStep {
  private static final int BIAS_ROWS = 8;

  private final CudaWorkspace workspace;
  private final CudaValue in;
  private final CudaValue out;
  private final LayerPlan plan;
  private final CudaCorrelation forward;
  private final List<CudaCorrelation> backward;
  private final Optional<CudaWeightGradient> weightGradient;
  private final boolean addsToInput;

  CudaLayerStep(
      CudaWorkspace workspace, LayerPlan plan, CudaValue in, CudaValue out, PlannedStep step) {
    this.workspace = workspace;
    this.in = in;
    this.out = out;
    this.plan = plan;
    this.addsToInput = step.in().addsGradient();
    this.forward = new CudaCorrelation(workspace, step.op().name(), plan.forward());
    this.weightGradient =
        step.live()
            ? Optional.of(new CudaWeightGradient(workspace, plan.forward()))
            : Optional.empty();
    this.backward =
        (step.live() ? plan.backward() : List.<LayerPlan.Sums>of())
            .stream().map(sums -> new CudaCorrelation(workspace, step.op().name(), sums)).toList();
  }

  @Override
  public void forward() {
    forward.run(in.data(), out.data(), false);
  }

  @Override
  public void backwardParameters() {
    weightGradient.orElseThrow().run(in.data(), out.gradient());
    if (plan.biases() != LayerPlan.NONE) {
      workspace.stream.launch(
          "bias_gradient",
          Grid.ofWarps(out.channels(), 1, 1, BIAS_ROWS),
          out.gradientInside(),
          workspace.gradients.from(plan.biases()),
          out.layout().plane(),
          workspace.batch.chunks());
    }
  }

  @Override
  public void backwardInput() {
    for (CudaCorrelation correlation : backward) {
      correlation.run(out.gradient(), in.gradient(), addsToInput);
    }
  }

  private long values() {
    return (long) in.layout().shape().size() + out.layout().shape().size();
  }

  @Override
  public Cost forwardCost() {
    return new Cost(values(), plan.multiplyAdds());
  }

  @Override
  public Cost backwardCost() {
    return new Cost(2 * values(), 2 * plan.multiplyAdds());
  }
}
