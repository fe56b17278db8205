package org.sscspark.spark.averaging;

import org.sscspark.engine.EngineDescription;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.TrainingState;

/** What computes a run's rounds, one after the other. The bits do not depend on where it does. */
public interface RoundMaster extends AutoCloseable {
  /**
   * A round that is done.
   *
   * @param state the one to resume from
   * @param engine what all workers ran on
   */
  record Round(TrainingState state, RoundMetrics metrics, EngineDescription engine) {}

  /** The state before the first round. */
  TrainingState initial(float[] initialParameters);

  /**
   * Runs the next round.
   *
   * @throws org.sscspark.training.DivergedException if a worker's loss or parameters are not finite
   */
  Round round(TrainingState state);

  @Override
  void close();
}
