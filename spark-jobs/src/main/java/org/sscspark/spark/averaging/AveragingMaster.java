package org.sscspark.spark.averaging;

import java.util.List;
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

  private static final OpenJobs OPEN = new OpenJobs();

  private final JavaSparkContext spark;
  private final TrainingJob job;
  private final Reduction reduction;
  private final RoundArithmetic arithmetic;
  private final GpuStage gpus;
  private final String key;
  private final Places places;
  private final Broadcast<byte[]> broadcastJob;
  private boolean saidWhatComputes;
  private boolean saidWhoIsSlow;

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
    this.places = new Places(job.plan().workers());
    OPEN.add(key);
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
            "epoch %s, round %s".formatted(progress.epoch() + 1, progress.round() + 1));
    try {
      RoundTask task = new RoundTask(OPEN.now(spark, key), broadcastJob, start, progress);
      ParameterAverage average =
          ParameterAverage.of(
              gpus.of(places.workers(spark).map(task::contribution)),
              arithmetic.vectorLength(),
              reduction);
      clock.averaged();
      List<WorkerReport.Trained> reports = trained(average);
      Round round = arithmetic.end(state, average.mean(), reports, clock);
      requireAll(average, round);
      sayWhatComputes(round.engine());
      sayWhoIsSlow(reports);
      places.moved(reports);
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

  /** An executor whose vectors are too narrow holds up all others; worth a word, once. */
  private void sayWhoIsSlow(List<WorkerReport.Trained> reports) {
    long plain = reports.stream().filter(report -> report.engine().isPlainJava()).count();
    if (plain > 0 && plain < reports.size() && !saidWhoIsSlow) {
      LOG.warn(
          "{} of {} workers compute {} lanes in plain Java, several times slower: their executors'"
              + " vectors are narrower; start again with a smaller engine.lanes, such as"
              + " engine.lanes=8",
          plain,
          reports.size(),
          reports.get(0).engine().lanes());
      saidWhoIsSlow = true;
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
          "Workers averaged %s examples but report %s".formatted(average.examples(), reported));
    }
  }

  @Override
  public void close() {
    OPEN.remove(key);
    places.say(job.network().input().size());
    broadcastJob.destroy();
  }
}
