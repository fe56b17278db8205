package org.sscspark.training;

import java.util.Optional;

/**
 * What one epoch did. Times are those of the rounds that this process ran: after a resumed run's
 * first epoch they may cover a part of the examples only.
 *
 * @param epoch from 0
 * @param globalRound complete rounds of the run at the epoch's end
 * @param iteration complete iterations of the run at the epoch's end
 * @param tally loss and right answers on the training examples
 * @param learningRate of the epoch's last step
 * @param timedExamples training examples of the rounds that the times cover
 * @param phases seconds, summed over workers
 * @param seconds duration of the rounds
 * @param evaluation on the evaluation set after the epoch, if it was evaluated
 * @param averageEvaluation of the moving average of the parameters, if there is one
 */
public record EpochMetrics(
    int epoch,
    long globalRound,
    long iteration,
    Tally tally,
    double learningRate,
    long timedExamples,
    PhaseSeconds phases,
    RoundSeconds seconds,
    Optional<Tally> evaluation,
    Optional<Tally> averageEvaluation) {
  /** Training images a second, over all workers. */
  public double imagesPerSecond() {
    return timedExamples / seconds.total();
  }

  /** The same epoch with its evaluation. */
  public EpochMetrics withEvaluation(Tally evaluated) {
    return with(Optional.of(evaluated), averageEvaluation);
  }

  /** The same epoch with the evaluation of its moving average. */
  public EpochMetrics withAverageEvaluation(Tally evaluated) {
    return with(evaluation, Optional.of(evaluated));
  }

  private EpochMetrics with(Optional<Tally> own, Optional<Tally> ofAverage) {
    return new EpochMetrics(
        epoch,
        globalRound,
        iteration,
        tally,
        learningRate,
        timedExamples,
        phases,
        seconds,
        own,
        ofAverage);
  }
}
