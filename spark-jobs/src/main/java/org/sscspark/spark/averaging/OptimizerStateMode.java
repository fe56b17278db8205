package org.sscspark.spark.averaging;

/** What happens to the optimizer's state (momentum, moments) at the end of a round. */
public enum OptimizerStateMode {
  /** It is averaged as the parameters are. */
  AVERAGE,
  /** It is dropped: every round starts from zero, and nothing of it travels. */
  RESET
}
