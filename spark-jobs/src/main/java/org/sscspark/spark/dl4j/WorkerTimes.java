package org.sscspark.spark.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.impl.paramavg.stats.ParameterAveragingTrainingWorkerStats;
import org.deeplearning4j.spark.stats.ExampleCountEventStats;

/** What a worker measures in a round, if it is asked to. */
final class WorkerTimes {
  /** A part of a worker's round. */
  enum Part {
    BROADCAST,
    NETWORK,
    GET,
    FIT
  }

  private final boolean measured;
  private final Timings<Part> timings = new Timings<>(Part.class);
  private final long began = System.currentTimeMillis();

  WorkerTimes(boolean measured) {
    this.measured = measured;
  }

  /** Does a part of the work. */
  <V, X extends Exception> V time(Part part, Timings.Work<V, X> work) throws X {
    return measured ? timings.time(part, work) : work.run();
  }

  /**
   * The statistics as DL4J's own workers report them, or null if nothing was measured.
   *
   * @param examples on which the worker trained
   */
  CommonSparkTrainingStats statistics(long examples) {
    if (!measured) {
      return null;
    }
    long lasted = System.currentTimeMillis() - began;
    return new CommonSparkTrainingStats.Builder()
        .workerFlatMapTotalTimeMs(
            new ArrayList<>(List.of(new ExampleCountEventStats(began, lasted, examples))))
        .workerFlatMapGetInitialModelTimeMs(timings.of(Part.NETWORK))
        .workerFlatMapDataSetGetTimesMs(timings.of(Part.GET))
        .workerFlatMapProcessMiniBatchTimesMs(timings.of(Part.FIT))
        .trainingMasterSpecificStats(
            new ParameterAveragingTrainingWorkerStats(
                timings.of(Part.BROADCAST), timings.of(Part.NETWORK), timings.of(Part.FIT)))
        .build();
  }
}
