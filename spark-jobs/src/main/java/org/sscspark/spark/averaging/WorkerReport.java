package org.sscspark.spark.averaging;

import java.io.Serializable;
import org.sscspark.engine.EngineDescription;
import org.sscspark.training.DivergedException;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.Tally;

/** What a worker says besides its vector. */
sealed interface WorkerReport extends Serializable {
  /**
   * The report of a worker that trained.
   *
   * @throws DivergedException if it diverged
   */
  Trained orThrow();

  /**
   * The worker trained, or had no minibatches left in this round.
   *
   * @param fetchSeconds waiting for the state that the driver sent
   * @param place the executor, whose cache has the worker's shards now
   * @param loadedBytes of images, read because they were not in the cache
   */
  record Trained(
      Tally tally,
      double fetchSeconds,
      PhaseSeconds phases,
      EngineDescription engine,
      String place,
      long loadedBytes)
      implements WorkerReport {
    private static final long serialVersionUID = 1L;

    @Override
    public Trained orThrow() {
      return this;
    }
  }

  /**
   * The loss or a parameter is not finite. A report and not a failed task, which Spark would repeat
   * to the same end.
   */
  record Diverged(DivergedException cause) implements WorkerReport {
    private static final long serialVersionUID = 1L;

    @Override
    public Trained orThrow() {
      throw cause;
    }
  }
}
