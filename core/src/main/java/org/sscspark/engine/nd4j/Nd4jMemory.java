package org.sscspark.engine.nd4j;

import org.sscspark.engine.plan.NetworkPlan;
import org.sscspark.engine.plan.Operand;
import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.engine.plan.PlannedValue;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/**
 * The values that operators hold outside of the heap, as they take them: each its own output, and
 * layers their dense weights. Per-channel numbers, and what libnd4j takes while it computes, are
 * not counted.
 */
final class Nd4jMemory implements Op.ChannelwiseVisitor<Long, PlannedStep> {
  private final ParameterLayout layout;
  private final long images;
  private final boolean trains;

  private Nd4jMemory(ParameterLayout layout, long images, boolean trains) {
    this.layout = layout;
    this.images = images;
    this.trains = trains;
  }

  /** The values of a replica for so many images, once it has answered or taken a step. */
  static long values(NetworkSpec network, int images, boolean trains) {
    Nd4jMemory memory = new Nd4jMemory(ParameterLayout.of(network), images, trains);
    NetworkPlan plan = NetworkPlan.withoutFusion(network);
    long operators = plan.steps().stream().mapToLong(step -> step.op().accept(memory, step)).sum();
    return memory.floats(plan.input()) + operators;
  }

  private long floats(PlannedValue value) {
    return images * value.shape().size();
  }

  private long in(PlannedStep step) {
    return floats(step.in().value());
  }

  /**
   * The output, and for the way back the input's gradient and room where it is added to another.
   */
  private long held(PlannedStep step) {
    return floats(step.output()) + (trains ? in(step) + sums(step) : 0);
  }

  private long sums(PlannedStep step) {
    return step.operands().stream()
        .filter(Operand::addsGradient)
        .mapToLong(operand -> floats(operand.value()))
        .sum();
  }

  /** Dense weights and their gradient. */
  private long weights(Op.Weighted op) {
    return (trains ? 2L : 1L) * layout.support(op.name()).shape().size();
  }

  @Override
  public Long convolution(Op.Convolution op, PlannedStep step) {
    return held(step) + weights(op);
  }

  /** With a bias there is an array before it is added. */
  @Override
  public Long fullyConnected(Op.FullyConnected op, PlannedStep step) {
    return held(step) + weights(op) + (op.bias() ? floats(step.output()) : 0);
  }

  /** Centred and normalised values, and scratch. */
  @Override
  public Long batchNorm(Op.BatchNorm op, PlannedStep step) {
    return held(step) + 3 * in(step);
  }

  @Override
  public Long channelwise(Op.Channelwise op, PlannedStep step) {
    return held(step);
  }

  /** The gradient passes through. */
  @Override
  public Long add(Op.Add op, PlannedStep step) {
    return floats(step.output()) + (trains ? sums(step) : 0);
  }
}
