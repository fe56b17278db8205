package org.sscspark.engine.cuda;

/** One operator, or a few fused ones, of a planned network: queues its kernels. */
interface Step {
  /** What the step computes. */
  Value output();

  /** Called once, last step first: claims a buffer for the gradient of each operand. */
  void claimGradients();

  /** Computes the step's output from its operands. */
  void forward();

  /** Computes parameter gradients and the operands' gradients from the output's gradient. */
  void backward();

  /** What forward has to do at least. */
  Cost forwardCost();

  /** What backward has to do at least. */
  Cost backwardCost();
}
