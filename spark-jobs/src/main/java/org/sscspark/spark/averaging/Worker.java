package org.sscspark.spark.averaging;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.data.Dataset;
import org.sscspark.data.EpochOrder;
import org.sscspark.data.MinibatchPlan;
import org.sscspark.data.ShardCache;
import org.sscspark.data.TrainingBatches;
import org.sscspark.data.TrainingSet;
import org.sscspark.engine.Engine;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.Replica;
import org.sscspark.engine.choice.Engines;
import org.sscspark.spark.gpu.DeviceBinding;
import org.sscspark.training.DivergedException;
import org.sscspark.training.LocalTrainer;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.RoundPlan;
import org.sscspark.training.RoundResult;
import org.sscspark.training.RoundSteps;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingProgress;

/**
 * One task slot's replica and trainer. A round depends on its arguments and the job only, not on
 * which worker was trained here before. Not safe for use by several threads at once.
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final TrainingJob job;
  private final Dataset dataset;
  private final EngineDescription engine;
  private final Replica replica;
  private final LocalTrainer trainer;
  private final TrainingSet images;

  /**
   * Makes a worker.
   *
   * @param device what the task holds; an engine that computes on GPUs starts there
   */
  Worker(TrainingJob job, DeviceBinding device) {
    this.job = job;
    this.dataset = job.dataset().open();
    Engine made = Engines.create(job.engine(), job.threads(), device.gpu());
    this.engine = made.description();
    LOG.info("A worker computes with engine {}; it holds {}", engine, device);
    this.replica = made.replica(job.network(), job.plan().batch());
    try {
      this.trainer = new LocalTrainer(replica, job.recipe(), job.recipe().learningRate(job.plan()));
      this.images = trainer.trainingSet(dataset);
    } catch (RuntimeException | Error e) {
      replica.close();
      throw e;
    }
  }

  /**
   * Trains one worker's part of a round.
   *
   * @param progress where the run is before the round
   * @param start encoded [parameters | optimizer state]; the second part only if it is averaged
   * @param fetchSeconds how long it took until that was here, for the report
   */
  Contribution round(int worker, TrainingProgress progress, byte[] start, double fetchSeconds) {
    RoundPlan plan = job.plan();
    int steps = plan.steps(progress, worker);
    if (steps == 0) {
      return Contribution.of(
          worker,
          0,
          new byte[0],
          new WorkerReport.Trained(
              Tally.NONE, fetchSeconds, PhaseSeconds.NONE, engine, Places.here(), 0));
    }
    long loadedBefore = ShardCache.shared().loadedBytes();
    float[] parameters = new float[replica.layout().size()];
    FloatBytes.decode(start, 0, parameters);
    float[] optimizerState = new float[trainer.optimizerStateSize()];
    if (job.optimizerState() == OptimizerStateMode.AVERAGE) {
      FloatBytes.decode(start, parameters.length, optimizerState);
    }
    EpochOrder order =
        EpochOrder.of(dataset.manifest(), job.seed(), progress.epoch(), plan.workers());
    int first = Math.toIntExact(plan.firstStep(progress));
    MinibatchPlan minibatches =
        new MinibatchPlan(order, worker, plan.batch(), first, first + steps);
    try (TrainingBatches<?> batches = images.open(minibatches)) {
      RoundResult result =
          trainer.round(
              parameters,
              optimizerState,
              batches,
              new RoundSteps(
                  progress.iteration(),
                  job.optimizerState().stepsBefore(progress.iteration()),
                  steps));
      return Contribution.of(
          worker,
          result.tally().examples(),
          job.optimizerState() == OptimizerStateMode.AVERAGE
              ? FloatBytes.encode(result.parameters(), result.optimizerState())
              : FloatBytes.encode(result.parameters()),
          new WorkerReport.Trained(
              result.tally(),
              fetchSeconds,
              result.phases(),
              engine,
              Places.here(),
              ShardCache.shared().loadedBytes() - loadedBefore));
    } catch (DivergedException e) {
      return Contribution.of(worker, 0, new byte[0], new WorkerReport.Diverged(e));
    }
  }

  @Override
  public void close() {
    replica.close();
  }
}
