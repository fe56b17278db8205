package org.sscspark.training;

/**
 * What one round did, over all workers.
 *
 * @param epoch the round's epoch, from 0
 * @param round the round within its epoch, from 0
 * @param globalRound complete rounds of the run, this one included
 * @param iteration complete iterations of the run, this round's included
 * @param tally loss and right answers on the training examples
 * @param learningRate of the round's last step
 * @param phases seconds, summed over workers
 * @param seconds the round's duration as the driver saw it
 */
public record RoundMetrics(
    int epoch,
    int round,
    long globalRound,
    long iteration,
    Tally tally,
    double learningRate,
    PhaseSeconds phases,
    RoundSeconds seconds) {
  /** Training images a second, over all workers. */
  public double imagesPerSecond() {
    return tally.examples() / seconds.total();
  }
}
