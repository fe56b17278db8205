package org.sscspark.engine.cuda;

import org.sscspark.engine.plan.Step;

/** A step of a planned network: queues its kernels. */
interface CudaStep extends Step {
  /** What forward has to do at least. */
  Cost forwardCost();

  /** What backward has to do at least. */
  Cost backwardCost();
}
