package org.sscspark.spark.averaging;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sscspark.engine.EngineDescription;
import org.sscspark.engine.cuda.CudaEngine;
import org.sscspark.spark.gpu.GpuStage;
import org.sscspark.storage.Sha256;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/**
 * The driver of synchronous parameter averaging. A round is one Spark job: the driver broadcasts
 * the state, each worker trains its next minibatches, their results are averaged, the outer step is
 * taken. The state after a round depends on the state before it and on the job, not on executors,
 * retries or the order of arrival.
 */
public final class AveragingMaster implements RoundMaster {
  private static final Logger LOG = LoggerFactory.getLogger(AveragingMaster.class);

  private final JavaSparkContext spark;
  private final TrainingJob job;
  private final Reduction reduction;
  private final RoundArithmetic arithmetic;
  private final GpuStage gpus;
  private final String key;
  private final Broadcast<byte[]> broadcastJob;
  private boolean saidWhatComputes;

  /** Sends the job to the executors; {@link #close} takes it back. */
  public AveragingMaster(
      JavaSparkContext spark, TrainingJob job, Reduction reduction, OuterStep outer) {
    this.spark = spark;
    this.job = job;
    this.arithmetic = new RoundArithmetic(job, outer);
    this.gpus = GpuStage.of(spark.getConf());
    this.reduction = reduction.resolve(vectorBytes(), job.plan().workers());
    byte[] bytes = JavaBytes.of(job);
    this.key = Sha256.of(bytes);
    this.broadcastJob = spark.broadcast(bytes);
  }

  @Override
  public TrainingState initial(float[] initialParameters) {
    return arithmetic.initial(initialParameters);
  }

  /** The bytes of the vector that every worker gets and every worker returns. */
  public long vectorBytes() {
    return (long) Float.BYTES * arithmetic.vectorLength();
  }

  /** How workers' vectors become one. */
  public Reduction reduction() {
    return reduction;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if workers ran on different engines
   */
  @Override
  public Round round(TrainingState state) {
    RoundClock clock = new RoundClock();
    TrainingProgress progress = state.progress();
    Broadcast<byte[]> start = spark.broadcast(arithmetic.start(state));
    clock.sent();
    spark
        .sc()
        .setJobDescription(
            "epoch %d, round %d".formatted(progress.epoch() + 1, progress.round() + 1));
    try {
      int workers = job.plan().workers();
      RoundTask task = new RoundTask(key, broadcastJob, start, progress);
      ParameterAverage average =
          ParameterAverage.of(
              gpus.of(
                  spark
                      .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
                      .map(task::contribution)),
              arithmetic.vectorLength(),
              reduction);
      clock.averaged();
      Round round = arithmetic.end(state, average.mean(), trained(average), clock);
      requireAll(average, round);
      sayWhatComputes(round.engine());
      return round;
    } finally {
      start.destroy();
      spark.sc().setJobDescription(null);
    }
  }

  /** GPUs that nobody uses are worth a word, once. */
  private void sayWhatComputes(EngineDescription engine) {
    if (gpus.gpusOfExecutor() > 0 && !engine.name().equals(CudaEngine.NAME) && !saidWhatComputes) {
      LOG.warn("Executors hold GPUs, but compute with engine {}", engine);
      saidWhatComputes = true;
    }
  }

  private static List<WorkerReport.Trained> trained(ParameterAverage average) {
    return average.contributions().stream()
        .map(contribution -> contribution.report(WorkerReport.class).orThrow())
        .toList();
  }

  private static void requireAll(ParameterAverage average, Round round) {
    long reported = round.metrics().tally().examples();
    if (average.examples() != reported) {
      throw new IllegalStateException(
          "Workers averaged %d examples but report %d".formatted(average.examples(), reported));
    }
  }

  @Override
  public void close() {
    broadcastJob.destroy();
  }
}
