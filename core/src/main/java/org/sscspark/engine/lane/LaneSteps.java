package org.sscspark.engine.lane;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.sscspark.engine.FeatureStorage;
import org.sscspark.engine.plan.Bands;
import org.sscspark.engine.plan.FeatureLayout;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.NormPlan;
import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.engine.plan.PlannedValue;
import org.sscspark.engine.plan.Step;
import org.sscspark.engine.plan.StepFactory;
import org.sscspark.network.Op;

/** The lane engine's step for each operator, with buffers for one size of minibatch. */
final class LaneSteps implements StepFactory<Step> {
  private static final int FEWEST_LANES = 4;

  private final LaneWorkspace workspace;
  private final int blocks;

  /** What makes buffers smaller, beside smaller images. */
  private final List<String> settings;

  private final Map<String, LaneValue> values = new HashMap<>();
  private final Map<Integer, LaneBuffer> buffers = new HashMap<>();
  private final Map<Integer, LaneBuffer> gradients = new HashMap<>();
  private final Map<LaneLayout, LaneBuffer> inputWindows = new HashMap<>();
  private final Map<LaneLayout, LaneBuffer> gradientWindows = new HashMap<>();
  private final Map<LaneLayout, LaneBuffer> resultWindows = new HashMap<>();
  private final Map<String, LaneNormStep> norms = new HashMap<>();

  LaneSteps(LaneWorkspace workspace, int capacity, boolean trains) {
    this.workspace = workspace;
    this.blocks = (capacity + workspace.lanes() - 1) / workspace.lanes();
    // However few examples there are, a block has room for as many as there are lanes.
    Stream<String> lowered =
        blocks == 1
            ? Stream.of("engine.lanes").filter(lanes -> workspace.lanes() > FEWEST_LANES)
            : Stream.of("train.batch").filter(batch -> trains);
    this.settings = lowered.toList();
  }

  /** A value's buffers, as planned. */
  LaneValue value(PlannedValue planned) {
    LaneValue known = values.get(planned.name());
    if (known != null) {
      return known;
    }
    FeatureLayout.requireIndexable(planned, (long) blocks * workspace.lanes(), settings);
    LaneLayout layout = new LaneLayout(planned.shape(), planned.halo(), workspace.lanes(), blocks);
    LaneValue value =
        new LaneValue(
            buffer(buffers, planned.buffer(), layout, planned.storage()),
            buffer(gradients, planned.gradientBuffer(), layout, planned.storage()));
    values.put(planned.name(), value);
    return value;
  }

  private static LaneBuffer buffer(
      Map<Integer, LaneBuffer> known, int planned, LaneLayout layout, FeatureStorage storage) {
    return planned == PlannedValue.NO_BUFFER
        ? new LaneBuffer(layout, null)
        : known.computeIfAbsent(planned, number -> LaneBuffer.of(layout, storage));
  }

  LaneWorkspace workspace() {
    return workspace;
  }

  /** The one window of this layout for what layers read forward. */
  LaneBuffer inputWindow(LaneLayout layout) {
    return window(inputWindows, layout);
  }

  /** The one window of this layout for gradients. */
  LaneBuffer gradientWindow(LaneLayout layout) {
    return window(gradientWindows, layout);
  }

  /** The one window of this layout for what layers write, as far as that is stored in halves. */
  LaneBuffer resultWindow(LaneLayout layout) {
    return window(resultWindows, layout);
  }

  private static LaneBuffer window(Map<LaneLayout, LaneBuffer> known, LaneLayout layout) {
    return known.computeIfAbsent(layout, LaneBuffer::ofWholeLines);
  }

  private LaneValue in(PlannedStep step) {
    return value(step.in().value());
  }

  private LaneValue out(PlannedStep step) {
    return value(step.output());
  }

  private static boolean adds(PlannedStep step) {
    return step.in().addsGradient();
  }

  @Override
  public Step convolution(Op.Convolution op, PlannedStep step) {
    if (step.bands() instanceof Bands.Layer layer) {
      BandedLayerStep banded =
          new BandedLayerStep(
              this,
              op,
              in(step),
              out(step),
              layer.ahead().map(this::norm),
              norm(layer.behind()),
              adds(step));
      return step.readsInput() ? new BandedInputStep(banded) : banded;
    }
    return layer(step, (in, out) -> LayerPlan.of(op, workspace.parameters(), in, out));
  }

  @Override
  public Step fullyConnected(Op.FullyConnected op, PlannedStep step) {
    return layer(step, (in, out) -> LayerPlan.of(op, workspace.parameters(), in, out));
  }

  private Step layer(
      PlannedStep step, BiFunction<FeatureLayout, FeatureLayout, LayerPlan> planned) {
    LaneValue in = in(step);
    LaneValue out = out(step);
    LayerPlan plan = planned.apply(in.layout(), out.layout());
    return new LaneLayerStep(workspace, plan, in, out, step);
  }

  @Override
  public Step batchNorm(Op.BatchNorm op, PlannedStep step) {
    return norm(step);
  }

  /** A batch norm's step, which layers beside it know, too. */
  private LaneNormStep norm(PlannedStep step) {
    LaneNormStep known = norms.get(step.output().name());
    if (known != null) {
      return known;
    }
    LaneValue skip = step.second().map(operand -> value(operand.value())).orElse(null);
    NormPlan plan = NormPlan.of((Op.BatchNorm) step.op(), step, workspace.parameters());
    LaneNorm norm = new LaneNorm(in(step), skip, out(step), plan.rectified(), adds(step));
    boolean addsToSkip = step.second().map(operand -> operand.addsGradient()).orElse(false);
    Bands.Norm bands = step.bands() instanceof Bands.Norm some ? some : Bands.ALONE;
    LaneNormStep made = new LaneNormStep(workspace, plan, norm, addsToSkip, bands);
    norms.put(step.output().name(), made);
    return made;
  }

  @Override
  public Step relu(Op.Relu op, PlannedStep step) {
    return new ReluStep(workspace, in(step), out(step), adds(step));
  }

  @Override
  public Step add(Op.Add op, PlannedStep step) {
    boolean addsToRight = step.second().orElseThrow().addsGradient();
    LaneValue right = value(step.second().orElseThrow().value());
    return new AddStep(workspace, in(step), right, out(step), adds(step), addsToRight);
  }

  @Override
  public Step maxPool(Op.MaxPool op, PlannedStep step) {
    return new MaxPoolStep(workspace, op, in(step), out(step), adds(step));
  }

  @Override
  public Step averagePool(Op.AveragePool op, PlannedStep step) {
    return new AveragePoolStep(workspace, op, in(step), out(step), adds(step));
  }

  @Override
  public Step globalAveragePool(Op.GlobalAveragePool op, PlannedStep step) {
    return new GlobalAveragePoolStep(workspace, in(step), out(step), adds(step));
  }
}
