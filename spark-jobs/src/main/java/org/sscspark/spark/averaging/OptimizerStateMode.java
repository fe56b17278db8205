package org.sscspark.spark.averaging;

/** What happens to the optimizer's state (momentum, moments) at the end of a round. */
public enum OptimizerStateMode {
  /** It is averaged as the parameters are. */
  AVERAGE,
  /** It is dropped: every round starts from zero, and nothing of it travels. */
  RESET;

  /**
   * How many steps the state at the start of a round comes from.
   *
   * @param iteration the steps of the run before the round
   */
  public long stepsBefore(long iteration) {
    return this == AVERAGE ? iteration : 0;
  }
}
