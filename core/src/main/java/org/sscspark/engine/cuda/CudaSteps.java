package org.sscspark.engine.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.sscspark.engine.cuda.CudaPlaneStep.Launch;
import org.sscspark.engine.plan.FeatureLayout;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.NormPlan;
import org.sscspark.engine.plan.Operand;
import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.engine.plan.PlannedValue;
import org.sscspark.engine.plan.StepFactory;
import org.sscspark.network.Op;

/** The CUDA engine's step for each operator, with buffers for one size of minibatch. */
final class CudaSteps implements StepFactory<CudaStep> {
  private static final int POOL_ROWS = 8;

  private final CudaWorkspace workspace;
  private final CudaStream stream;

  /** What makes buffers smaller, beside smaller images. */
  private final List<String> settings;

  private final Map<String, CudaValue> values = new HashMap<>();
  private final Map<Integer, DeviceMemory> buffers = new HashMap<>();
  private final Map<Integer, DeviceMemory> gradients = new HashMap<>();

  CudaSteps(CudaWorkspace workspace, boolean trains) {
    this.workspace = workspace;
    boolean oneWarp = workspace.batch.images() == CudaMinibatch.WARP;
    this.settings = trains && !oneWarp ? List.of("train.batch") : List.of();
    this.stream = workspace.stream;
  }

  /** A value's buffers, as planned. */
  CudaValue value(PlannedValue planned) {
    return values.computeIfAbsent(planned.name(), name -> allocate(planned));
  }

  private CudaValue allocate(PlannedValue planned) {
    FeatureLayout.requireIndexable(planned, workspace.batch.images(), settings);
    CudaLayout layout = new CudaLayout(planned.shape(), planned.halo(), workspace.batch.images());
    // The network's input is the caller's on a CPU; on a GPU it needs memory, too.
    DeviceMemory data = buffers.computeIfAbsent(planned.buffer(), buffer -> memory(layout));
    DeviceMemory gradient =
        planned.gradientBuffer() == PlannedValue.NO_BUFFER
            ? DeviceMemory.NONE
            : gradients.computeIfAbsent(planned.gradientBuffer(), buffer -> memory(layout));
    return new CudaValue(layout, data, gradient);
  }

  private DeviceMemory memory(CudaLayout layout) {
    return stream.allocateWords(layout.length());
  }

  private CudaValue in(PlannedStep step) {
    return value(step.in().value());
  }

  private CudaValue out(PlannedStep step) {
    return value(step.output());
  }

  private static int adds(PlannedStep step) {
    return CudaWorkspace.flag(step.in().addsGradient());
  }

  @Override
  public CudaStep convolution(Op.Convolution op, PlannedStep step) {
    CudaLayout in = in(step).layout();
    return layer(LayerPlan.of(op, workspace.parameterLayout, in, out(step).layout()), step);
  }

  @Override
  public CudaStep fullyConnected(Op.FullyConnected op, PlannedStep step) {
    CudaLayout in = in(step).layout();
    return layer(LayerPlan.of(op, workspace.parameterLayout, in, out(step).layout()), step);
  }

  private CudaStep layer(LayerPlan plan, PlannedStep step) {
    return new CudaLayerStep(workspace, plan, in(step), out(step), step);
  }

  @Override
  public CudaStep batchNorm(Op.BatchNorm op, PlannedStep step) {
    NormPlan plan = NormPlan.of(op, step, workspace.parameterLayout);
    CudaValue skip = step.second().map(Operand::value).map(this::value).orElse(null);
    boolean addsToSkip = step.second().map(Operand::addsGradient).orElse(false);
    boolean addsToInput = step.in().addsGradient();
    return new CudaNormStep(
        workspace, plan, in(step), skip, out(step), new CudaNormStep.Adds(addsToInput, addsToSkip));
  }

  private Supplier<Grid> planes(CudaValue value) {
    return () -> workspace.planeGrid(value.layout());
  }

  @Override
  public CudaStep relu(Op.Relu op, PlannedStep step) {
    CudaValue in = in(step);
    CudaValue out = out(step);
    int[] plane = in.layout().plane();
    return new CudaPlaneStep(
        stream,
        Launch.of("relu", planes(in), in.inside(), out.inside(), plane),
        List.of(
            Launch.of(
                "relu_gradient",
                planes(in),
                out.gradientInside(),
                out.inside(),
                in.gradientInside(),
                plane,
                adds(step))),
        Cost.ofPasses(2, in.layout()),
        Cost.ofPasses(3, in.layout()));
  }

  @Override
  public CudaStep add(Op.Add op, PlannedStep step) {
    Operand second = step.second().orElseThrow();
    CudaValue left = in(step);
    CudaValue right = value(second.value());
    CudaValue out = out(step);
    return new CudaPlaneStep(
        stream,
        Launch.of(
            "add", planes(out), left.inside(), right.inside(), out.inside(), out.layout().plane()),
        List.of(pass(out, left, step.in()), pass(out, right, second)),
        Cost.ofPasses(3, out.layout()),
        Cost.ofPasses(3, out.layout()));
  }

  private Launch pass(CudaValue out, CudaValue value, Operand operand) {
    return Launch.of(
        "pass_gradient",
        planes(out),
        out.gradientInside(),
        value.gradientInside(),
        out.layout().plane(),
        CudaWorkspace.flag(operand.addsGradient()));
  }

  /**
   * The kernels remember the cell of each window that the value came from, if there is a way back.
   */
  @Override
  public CudaStep maxPool(Op.MaxPool op, PlannedStep step) {
    CudaLayout out = out(step).layout();
    long numbers = (long) out.shape().channels() * out.positions() * out.images();
    DeviceMemory winners = step.live() ? stream.allocateWords(numbers) : DeviceMemory.NONE;
    int[] window = {op.size(), op.stride(), op.padding()};
    return pool("max_pool", planes(out(step)), step, List.of(winners), List.of(window));
  }

  @Override
  public CudaStep averagePool(Op.AveragePool op, PlannedStep step) {
    int[] window = {op.size(), op.stride(), 0};
    return pool("average_pool", planes(out(step)), step, List.of(), List.of(window));
  }

  @Override
  public CudaStep globalAveragePool(Op.GlobalAveragePool op, PlannedStep step) {
    int channels = in(step).channels();
    Supplier<Grid> rows = () -> Grid.ofWarps(channels, workspace.batch.chunks(), 1, POOL_ROWS);
    return pool("global_pool", rows, step, List.of(), List.of());
  }

  /**
   * A pool, by a kernel and the one of its gradient.
   *
   * @param grid of the kernel forward
   * @param memory what forward leaves for backward
   * @param window where the two take one
   */
  private CudaStep pool(
      String kernel,
      Supplier<Grid> grid,
      PlannedStep step,
      List<DeviceMemory> memory,
      List<int[]> window) {
    CudaValue in = in(step);
    CudaValue out = out(step);
    List<int[]> planes = List.of(in.layout().plane(), out.layout().plane());
    Launch forward = Launch.of(kernel, grid, in.inside(), out.inside(), memory, planes, window);
    Launch backward =
        Launch.of(
            kernel + "_gradient",
            planes(in),
            out.gradientInside(),
            memory,
            in.gradientInside(),
            planes,
            window,
            adds(step));
    Cost cost = new Cost((long) in.layout().shape().size() + out.layout().shape().size(), 0);
    return new CudaPlaneStep(stream, forward, List.of(backward), cost, cost);
  }
}
