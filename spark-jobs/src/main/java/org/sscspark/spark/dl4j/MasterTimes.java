package org.sscspark.spark.dl4j;

import java.util.ArrayList;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.paramavg.stats.ParameterAveragingTrainingMasterStats;
import org.deeplearning4j.spark.stats.ExampleCountEventStats;
import org.deeplearning4j.spark.stats.PartitionCountEventStats;

/** What the driver measures over all fits of a master, and what its workers reported. */
final class MasterTimes {
  /** A part of the driver's work. */
  enum Part {
    FIT,
    BROADCAST,
    ROUND,
    AGGREGATE,
    PROCESS
  }

  private final Timings<Part> timings = new Timings<>(Part.class);
  private CommonSparkTrainingStats workers;

  /** Does a part of the work. */
  <V, X extends Exception> V time(Part part, Timings.Work<V, X> work) throws X {
    return timings.time(part, work);
  }

  /** Notes a fit that began then and has just ended. */
  void fitted(long began, long examples) {
    long lasted = System.currentTimeMillis() - began;
    timings.add(Part.FIT, new ExampleCountEventStats(began, lasted, examples));
  }

  /** Notes a round that began then and has just ended. */
  void round(long began, int partitions) {
    long lasted = System.currentTimeMillis() - began;
    timings.add(Part.ROUND, new PartitionCountEventStats(began, lasted, partitions));
  }

  /** Adds what a worker measured. */
  void worker(CommonSparkTrainingStats measured) {
    if (workers == null) {
      workers = measured;
    } else {
      workers.addOtherTrainingStats(measured);
    }
  }

  /**
   * The statistics as DL4J's own master reports them. What it does and this one does not (export,
   * count, split, repartition) has no events.
   */
  SparkTrainingStats statistics() {
    return new ParameterAveragingTrainingMasterStats(
        workers,
        new ArrayList<>(),
        new ArrayList<>(),
        timings.of(Part.BROADCAST),
        timings.of(Part.FIT),
        new ArrayList<>(),
        timings.of(Part.ROUND),
        timings.of(Part.AGGREGATE),
        timings.of(Part.PROCESS),
        new ArrayList<>());
  }
}
