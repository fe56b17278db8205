package org.sscspark.engine.nd4j;

import org.sscspark.engine.plan.PlannedStep;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/** Operators of a network whose ReLUs another run of the same network has decided. */
final class GatedOperators extends Nd4jOperators {
  private final Nd4jGraph gates;

  /**
   * Makes an instance.
   *
   * @param gates the other run; its forward pass comes first
   */
  GatedOperators(
      ParameterLayout layout, FlatVector parameters, FlatVector gradients, Nd4jGraph gates) {
    super(layout, parameters, gradients);
    this.gates = gates;
  }

  @Override
  public Nd4jOperator relu(Op.Relu op, PlannedStep step) {
    return new Nd4jGate(() -> gates.value(op.input()), type());
  }
}
