package org.sscspark.spark.bench;

import java.net.URI;
import org.apache.spark.api.java.JavaSparkContext;
import org.sscspark.config.BadInputException;
import org.sscspark.data.DatasetManifest;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pruning.DesignedNetwork;
import org.sscspark.spark.averaging.AveragingMaster;
import org.sscspark.spark.averaging.Reduction;
import org.sscspark.spark.averaging.TrainingJob;
import org.sscspark.spark.dataset.DatasetReference;
import org.sscspark.spark.train.Experiment;
import org.sscspark.training.RoundPlan;

/** An experiment and a data set, of which benchmarks make jobs of any number of workers. */
final class AveragingSetup {
  private final JavaSparkContext spark;
  private final Experiment experiment;
  private final DatasetReference data;
  private final DesignedNetwork designed;

  /**
   * Resolves the network.
   *
   * @throws BadInputException if the parts do not fit together, or if the method scores weights
   *     with data
   */
  AveragingSetup(JavaSparkContext spark, Experiment experiment, URI data) {
    this.spark = spark;
    this.experiment = experiment;
    this.data = DatasetReference.to(spark.hadoopConfiguration(), data);
    DatasetManifest manifest = this.data.manifest();
    this.designed =
        experiment
            .design()
            .design(
                manifest.shape(),
                manifest.classes().size(),
                (loss, draws) -> {
                  throw new BadInputException(
                      "method = %s scores weights with data; take ssc or dense to measure rounds"
                          .formatted(experiment.method()));
                });
  }

  JavaSparkContext spark() {
    return spark;
  }

  Experiment experiment() {
    return experiment;
  }

  DatasetReference data() {
    return data;
  }

  NetworkSpec network() {
    return designed.network();
  }

  float[] initialParameters() {
    return designed.initialParameters();
  }

  /** How a run with so many workers cuts its epochs. */
  RoundPlan plan(int workers) {
    return experiment.withWorkers(workers).rounds(data.manifest().examples());
  }

  /** The images of a round in which every worker has all its minibatches. */
  long imagesOfRound(int workers) {
    return (long) workers * experiment.train().batch() * experiment.averaging().frequency();
  }

  /** The bytes of the vector that a round sends. */
  long vectorBytes() {
    try (AveragingMaster master = master(1, Reduction.COLLECT)) {
      return master.vectorBytes();
    }
  }

  /** The master of a run with so many workers. */
  AveragingMaster master(int workers, Reduction reduction) {
    TrainingJob job =
        new TrainingJob(
            designed.network(),
            experiment.engine(),
            spark.getConf().getInt("spark.task.cpus", 1),
            experiment.train(),
            plan(workers),
            experiment.averaging().optimizerState(),
            experiment.seed(),
            data);
    return new AveragingMaster(spark, job, reduction, experiment.averaging().outer().outerStep());
  }
}
