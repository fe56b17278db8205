package org.sscspark.engine.lane;

import java.util.Set;

/** One operator, or a few fused ones, of a planned network. Runs on all threads of the team. */
interface Step {
  /**
   * Called once, last step first: decides for each operand whether this step is the first to write
   * its gradient, or adds to it.
   *
   * @param written values whose gradient was written before
   */
  void claimGradients(Set<Value> written);

  /** Computes the step's output from its operands. */
  void forward();

  /** Computes parameter gradients and the operands' gradients from the output's gradient. */
  void backward();
}
