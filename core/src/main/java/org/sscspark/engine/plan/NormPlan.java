package org.sscspark.engine.plan;

import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;
import org.sscspark.network.ParameterLayout.Role;

/**
 * A batch norm with what is fused into it.
 *
 * @param epsilon added to variances
 * @param momentum how fast running statistics move
 * @param scale where the scales, by channel, start in the flat parameter vector
 * @param shift where the shifts start
 * @param mean where the running means start
 * @param variance where the running variances start
 * @param rectified whether a rectifier comes last
 */
public record NormPlan(
    float epsilon,
    float momentum,
    int scale,
    int shift,
    int mean,
    int variance,
    boolean rectified) {
  /** Plans a batch norm. */
  public static NormPlan of(Op.BatchNorm op, PlannedStep step, ParameterLayout parameters) {
    return new NormPlan(
        op.epsilon(),
        op.momentum(),
        parameters.segment(op.name(), Role.SCALE).offset(),
        parameters.segment(op.name(), Role.SHIFT).offset(),
        parameters.segment(op.name(), Role.MEAN).offset(),
        parameters.segment(op.name(), Role.VARIANCE).offset(),
        step.rectified());
  }
}
