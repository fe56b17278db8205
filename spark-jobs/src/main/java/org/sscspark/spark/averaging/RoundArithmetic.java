package org.sscspark.spark.averaging;

import java.util.Arrays;
import java.util.List;
import org.sscspark.engine.EngineDescription;
import org.sscspark.network.ParameterLayout;
import org.sscspark.training.LearningRate;
import org.sscspark.training.PhaseSeconds;
import org.sscspark.training.RoundMetrics;
import org.sscspark.training.Tally;
import org.sscspark.training.TrainingProgress;
import org.sscspark.training.TrainingState;

/** What a round sends to workers, and how their mean becomes the next state. */
final class RoundArithmetic {
  private final TrainingJob job;
  private final OuterStep outer;
  private final int parameters;
  private final int trainable;
  private final int optimizerState;
  private final LearningRate learningRate;

  RoundArithmetic(TrainingJob job, OuterStep outer) {
    this.job = job;
    this.outer = outer;
    ParameterLayout layout = ParameterLayout.of(job.network());
    this.parameters = layout.size();
    this.trainable = layout.trainableCount();
    this.optimizerState = job.recipe().optimizer().stateSize(layout);
    this.learningRate = job.recipe().learningRate(job.plan());
  }

  TrainingState initial(float[] initialParameters) {
    return TrainingState.initial(initialParameters, optimizerState, job.seed());
  }

  /** The floats that every worker gets and every worker returns. */
  int vectorLength() {
    return parameters + averagedOptimizerState();
  }

  /** What workers start from: [parameters | optimizer state], the second only if it is averaged. */
  byte[] start(TrainingState state) {
    return FloatBytes.encode(
        state.parameters(), Arrays.copyOf(state.optimizerState(), averagedOptimizerState()));
  }

  /**
   * The round that follows from the workers' mean.
   *
   * @param mean of {@link #vectorLength} floats
   * @param clock of the round
   */
  RoundMaster.Round end(
      TrainingState state, float[] mean, List<WorkerReport.Trained> reports, RoundClock clock) {
    Tally tally = Tally.NONE;
    PhaseSeconds phases = PhaseSeconds.NONE;
    for (WorkerReport.Trained report : reports) {
      tally = tally.plus(report.tally());
      phases = phases.plus(report.phases());
    }
    EngineDescription engine = commonEngine(reports);
    TrainingState next = next(state, mean, tally);
    TrainingProgress progress = state.progress();
    RoundMetrics metrics =
        new RoundMetrics(
            progress.epoch(),
            progress.round(),
            next.progress().globalRound(),
            next.progress().iteration(),
            tally,
            learningRate.at(next.progress().iteration() - 1),
            phases,
            clock.seconds(reports));
    return new RoundMaster.Round(next, metrics, engine);
  }

  private TrainingState next(TrainingState state, float[] mean, Tally tally) {
    float[] outerState =
        state.outerState().length == 0
            ? new float[outer.stateLength(trainable)]
            : state.outerState().clone();
    float[] stepped =
        outer.apply(state.parameters(), Arrays.copyOf(mean, parameters), trainable, outerState);
    float[] nextOptimizerState =
        job.optimizerState() == OptimizerStateMode.AVERAGE
            ? Arrays.copyOfRange(mean, parameters, mean.length)
            : state.optimizerState();
    return state.afterRound(
        job.plan(), tally, stepped, nextOptimizerState, outerState, job.recipe().ema());
  }

  private int averagedOptimizerState() {
    return job.optimizerState() == OptimizerStateMode.AVERAGE ? optimizerState : 0;
  }

  /** All workers must compute alike, or a run's bits would depend on where its tasks ran. */
  static EngineDescription commonEngine(List<WorkerReport.Trained> reports) {
    EngineDescription first = reports.get(0).engine();
    for (int worker = 1; worker < reports.size(); worker++) {
      EngineDescription other = reports.get(worker).engine();
      if (!other.computesAs(first)) {
        throw new IllegalStateException(
            "Executors run different engines: worker 0 %s, worker %s %s; give all executors the"
                    .formatted(first, worker, other)
                + " same devices and JVM options, or set engine to one that all of them have");
      }
    }
    return first;
  }
}
