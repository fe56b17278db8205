package org.sscspark.spark.averaging;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sscspark.data.Sha256;
import org.sscspark.engine.EngineDescription;
import org.sscspark.network.ParameterLayout;
import org.sscspark.training.LearningRate;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.Progress;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingState;

/**
 * The driver of synchronous parameter averaging. A round is one Spark job: the driver broadcasts
 * the state, each worker trains its next minibatches, their results are averaged, the outer step is
 * taken. The state after a round depends on the state before it and on the job, not on executors,
 * retries or the order of arrival.
 */
public final class AveragingMaster implements AutoCloseable {
  private static final double NANO = 1e-9;

  private final JavaSparkContext spark;
  private final TrainingJob job;
  private final Reduction reduction;
  private final OuterStep outer;
  private final int parameters;
  private final int trainable;
  private final int updaterState;
  private final LearningRate learningRate;
  private final String key;
  private final Broadcast<byte[]> broadcastJob;

  /**
   * A round that is done.
   *
   * @param state the one to go on from
   * @param engine what all workers ran on
   */
  public record Round(TrainingState state, RoundMetrics metrics, EngineDescription engine) {}

  /** Sends the job to the executors; {@link #close} takes it back. */
  public AveragingMaster(
      JavaSparkContext spark, TrainingJob job, Reduction reduction, OuterStep outer) {
    this.spark = spark;
    this.job = job;
    this.outer = outer;
    ParameterLayout layout = ParameterLayout.of(job.network());
    this.parameters = layout.size();
    this.trainable = layout.trainableCount();
    this.updaterState = job.recipe().updater().updater().stateSize(trainable);
    this.reduction = reduction.resolve(vectorBytes(), job.plan().workers());
    this.learningRate = job.recipe().learningRate(job.plan());
    byte[] bytes = JavaBytes.of(job);
    this.key = Sha256.of(bytes);
    this.broadcastJob = spark.broadcast(bytes);
  }

  /** The state before the first round. */
  public TrainingState initial(float[] initialParameters) {
    return TrainingState.initial(initialParameters, updaterState, job.seed());
  }

  /** The bytes of the vector that every worker gets and every worker returns. */
  public long vectorBytes() {
    return Float.BYTES * ((long) parameters + averagedUpdaterState());
  }

  /** How workers' vectors become one. */
  public Reduction reduction() {
    return reduction;
  }

  /**
   * Runs the next round.
   *
   * @throws org.sscspark.training.DivergedException if a worker's loss or parameters are not finite
   * @throws IllegalStateException if workers ran on different engines
   */
  public Round round(TrainingState state) {
    long started = System.nanoTime();
    Progress progress = state.progress();
    Broadcast<byte[]> start =
        spark.broadcast(
            FloatBytes.encode(
                state.parameters(), Arrays.copyOf(state.updaterState(), averagedUpdaterState())));
    spark
        .sc()
        .setJobDescription(
            "epoch %d, round %d".formatted(progress.epoch() + 1, progress.round() + 1));
    try {
      int workers = job.plan().workers();
      RoundTask task = new RoundTask(key, broadcastJob, start, progress);
      ParameterAverage average =
          ParameterAverage.of(
              spark
                  .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
                  .map(task::contribution),
              parameters + averagedUpdaterState(),
              reduction);
      List<WorkerReport.Trained> reports = trained(average.contributions());
      EngineDescription engine = commonEngine(reports);
      TrainingState next = next(state, average, tally(reports));
      return new Round(next, metrics(progress, next, reports, started), engine);
    } finally {
      start.destroy();
      spark.sc().setJobDescription(null);
    }
  }

  private int averagedUpdaterState() {
    return job.updaterState() == UpdaterStateMode.AVERAGE ? updaterState : 0;
  }

  private TrainingState next(TrainingState state, ParameterAverage average, Tally tally) {
    if (average.examples() != tally.examples()) {
      throw new IllegalStateException(
          "Workers averaged %d examples but report %d"
              .formatted(average.examples(), tally.examples()));
    }
    float[] mean = Arrays.copyOf(average.mean(), parameters);
    float[] outerState =
        state.outerState().length == 0
            ? new float[outer.stateLength(trainable)]
            : state.outerState().clone();
    float[] stepped = outer.apply(state.parameters(), mean, trainable, outerState);
    float[] nextUpdaterState =
        job.updaterState() == UpdaterStateMode.AVERAGE
            ? Arrays.copyOfRange(average.mean(), parameters, average.mean().length)
            : state.updaterState();
    return state.afterRound(job.plan(), tally, stepped, nextUpdaterState, outerState);
  }

  private RoundMetrics metrics(
      Progress progress, TrainingState next, List<WorkerReport.Trained> reports, long started) {
    PhaseSeconds phases = PhaseSeconds.NONE;
    for (WorkerReport.Trained report : reports) {
      phases = phases.plus(report.phases());
    }
    return new RoundMetrics(
        progress.epoch(),
        progress.round(),
        next.progress().globalRound(),
        next.progress().iteration(),
        tally(reports),
        learningRate.at(next.progress().iteration() - 1),
        phases,
        NANO * (System.nanoTime() - started));
  }

  private static List<WorkerReport.Trained> trained(List<Contribution> contributions) {
    return contributions.stream()
        .map(contribution -> contribution.report(WorkerReport.class).orThrow())
        .toList();
  }

  private static Tally tally(List<WorkerReport.Trained> reports) {
    Tally tally = Tally.NONE;
    for (WorkerReport.Trained report : reports) {
      tally = tally.plus(report.tally());
    }
    return tally;
  }

  /** All workers must compute alike, or a run's bits would depend on where its tasks ran. */
  static EngineDescription commonEngine(List<WorkerReport.Trained> reports) {
    EngineDescription first = reports.get(0).engine();
    for (int worker = 1; worker < reports.size(); worker++) {
      EngineDescription other = reports.get(worker).engine();
      if (!other.equals(first)) {
        throw new IllegalStateException(
            "Executors run different engines: worker 0 %s, worker %d %s; give all executors the"
                    .formatted(first, worker, other)
                + " same CPU and JVM options, or set engine to one that all of them have");
      }
    }
    return first;
  }

  @Override
  public void close() {
    broadcastJob.destroy();
  }
}
