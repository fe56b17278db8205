package org.sscspark.engine.plan;

import java.util.List;
import java.util.Optional;
import org.sscspark.network.Op;

/**
 * An operator, or a batch norm with the addition and the rectifier that are fused into it.
 *
 * @param op the operator, the batch norm of fused ones
 * @param operands what it reads; behind a batch norm's input, the value that is added to the
 *     normalised ones
 * @param rectified whether a rectifier is fused behind a batch norm
 * @param live whether the logits depend on the output: other steps have no gradient
 * @param readsInput whether it is a layer with weights that reads the network's input, whose
 *     gradient is computed only where it is asked for
 * @param bands its part in layers that run band by band
 */
public record PlannedStep(
    Op op,
    List<Operand> operands,
    PlannedValue output,
    boolean rectified,
    boolean live,
    boolean readsInput,
    Bands bands) {
  public PlannedStep {
    operands = List.copyOf(operands);
  }

  /** What it reads first. */
  public Operand in() {
    return operands.get(0);
  }

  /** What it reads second: an addition's other operand, or what is added to a batch norm. */
  public Optional<Operand> second() {
    return operands.stream().skip(1).findFirst();
  }

  /** The kind of the operator, in words such as {@code BatchNorm}. */
  public String kind() {
    return op.getClass().getSimpleName();
  }
}
