package org.sscspark.engine.plan;

/** One operator, or a few fused ones, as an engine executes it. */
public interface Step {
  /** Computes the step's output from its operands. */
  void forward();

  /** Computes parameter gradients and the operands' gradients from the output's gradient. */
  void backward();
}
