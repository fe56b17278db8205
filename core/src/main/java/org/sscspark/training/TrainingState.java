package org.sscspark.training;

import java.util.Objects;
import java.util.Optional;

/**
 * Everything that a run needs to resume exactly, at the boundary between two rounds. The arrays are
 * shared with whoever made the state, not copied: nobody may write to them once a state holds them.
 * {@link LocalTrainer} and averaging make new arrays every round.
 *
 * @param seed of the run, from which every random draw follows
 * @param progress how far the run is
 * @param epochTally of the rounds of the running epoch
 * @param best the best evaluation so far
 * @param parameters the flat parameter vector
 * @param optimizerState the optimizer's state
 * @param outerState the state of the averaging's own step, such as its velocity; empty without one
 * @param average the moving average of the parameters; empty without one
 */
@SuppressWarnings("ArrayRecordComponent") // Large vectors, shared on purpose.
public record TrainingState(
    long seed,
    TrainingProgress progress,
    Tally epochTally,
    Optional<BestScore> best,
    float[] parameters,
    float[] optimizerState,
    float[] outerState,
    float[] average) {
  public TrainingState {
    Objects.requireNonNull(progress);
    Objects.requireNonNull(epochTally);
    Objects.requireNonNull(best);
    Objects.requireNonNull(parameters);
    Objects.requireNonNull(optimizerState);
    Objects.requireNonNull(outerState);
    Objects.requireNonNull(average);
  }

  /** The state before the first round, with zero optimizer state and no outer state. */
  public static TrainingState initial(float[] parameters, int optimizerStateSize, long seed) {
    return new TrainingState(
        seed,
        TrainingProgress.START,
        Tally.NONE,
        Optional.empty(),
        parameters,
        new float[optimizerStateSize],
        new float[0],
        new float[0]);
  }

  /**
   * The state after the next round: counters move, and the epoch's tally grows or, when the epoch
   * is complete, starts anew.
   *
   * @param tally of all workers' examples in the round
   * @param ema how the moving average follows
   */
  public TrainingState afterRound(
      RoundPlan plan,
      Tally tally,
      float[] newParameters,
      float[] newOptimizerState,
      float[] newOuterState,
      Ema ema) {
    TrainingProgress next = progress.afterRound(plan, tally.examples());
    Tally running = next.epoch() == progress.epoch() ? epochTally.plus(tally) : Tally.NONE;
    return new TrainingState(
        seed,
        next,
        running,
        best,
        newParameters,
        newOptimizerState,
        newOuterState,
        ema.kept()
            ? ema.after(
                average.length == 0 ? parameters : average, newParameters, plan.steps(progress))
            : average);
  }

  /**
   * The state in which training continues with fewer weights. Progress stays; evaluations and the
   * moving average were those of another network, and begin anew.
   */
  public TrainingState pruned(
      float[] keptParameters, float[] keptOptimizerState, float[] keptOuterState) {
    return new TrainingState(
        seed,
        progress,
        epochTally,
        Optional.empty(),
        keptParameters,
        keptOptimizerState,
        keptOuterState,
        new float[0]);
  }

  /**
   * The state in which training continues with other weights of the same network, as many of each
   * layer. Progress, evaluations and the moving average go on.
   */
  public TrainingState moved(
      float[] movedParameters,
      float[] movedOptimizerState,
      float[] movedOuterState,
      float[] movedAverage) {
    return new TrainingState(
        seed,
        progress,
        epochTally,
        best,
        movedParameters,
        movedOptimizerState,
        movedOuterState,
        movedAverage);
  }

  /**
   * The same state with the moving average in place of the parameters: to be used, not trained on.
   *
   * @throws IllegalStateException if there is no average
   */
  public TrainingState averaged() {
    if (average.length == 0) {
      throw new IllegalStateException("No moving average was kept");
    }
    return new TrainingState(
        seed, progress, epochTally, best, average, optimizerState, outerState, average);
  }

  /** The same state with an evaluation of its parameters, which is kept if it is the best. */
  public TrainingState evaluated(double accuracy) {
    if (best.isPresent() && best.get().accuracy() >= accuracy) {
      return this;
    }
    return new TrainingState(
        seed,
        progress,
        epochTally,
        Optional.of(new BestScore(accuracy, progress.globalRound())),
        parameters,
        optimizerState,
        outerState,
        average);
  }
}
