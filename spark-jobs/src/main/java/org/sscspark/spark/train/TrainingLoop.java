package org.sscspark.spark.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.sscspark.spark.averaging.RoundMaster;
import org.sscspark.training.EpochClock;
import org.sscspark.training.EpochMetrics;
import org.sscspark.training.Evaluation;
import org.sscspark.training.TrainingListener;
import org.sscspark.training.TrainingState;

/** Runs rounds and epochs, evaluates after each epoch, and tells listeners. */
final class TrainingLoop {
  private final RoundMaster master;
  private final Predicate<TrainingState> ended;
  private final Optional<Function<float[], Evaluation>> evaluation;
  private final boolean scored;
  private final List<TrainingListener> listeners;

  /**
   * Makes a loop.
   *
   * @param ended whether a state is the last
   * @param evaluation of parameters after each epoch, if there is a set to evaluate on
   * @param scored whether evaluations count for the run's best
   * @param listeners told in order
   */
  TrainingLoop(
      RoundMaster master,
      Predicate<TrainingState> ended,
      Optional<Function<float[], Evaluation>> evaluation,
      boolean scored,
      List<TrainingListener> listeners) {
    this.master = master;
    this.ended = ended;
    this.evaluation = evaluation;
    this.scored = scored;
    this.listeners = listeners;
  }

  /** Trains from a state to the end and returns the last state. */
  TrainingState run(TrainingState start) {
    TrainingState state = start;
    while (!ended.test(state)) {
      state = epoch(state);
    }
    return state;
  }

  private TrainingState epoch(TrainingState start) {
    EpochClock clock = new EpochClock(start);
    TrainingState state = start;
    while (state.progress().epoch() == start.progress().epoch()) {
      RoundMaster.Round round = master.round(state);
      state = round.state();
      clock.add(round.metrics());
      for (TrainingListener listener : listeners) {
        listener.onRound(round.metrics(), state);
      }
    }
    EpochMetrics metrics = clock.metrics();
    if (evaluation.isPresent()) {
      Evaluation result = evaluation.get().apply(state.parameters());
      metrics = metrics.withEvaluation(result.tally());
      state = scored ? state.evaluated(result.accuracy()) : state;
      if (state.average().length > 0) {
        metrics = metrics.withAverageEvaluation(evaluation.get().apply(state.average()).tally());
      }
    }
    for (TrainingListener listener : listeners) {
      listener.onEpoch(metrics, state);
    }
    return state;
  }
}
