package org.sscspark.training;

import java.io.Serializable;
import org.sscspark.config.BadInputException;
import org.sscspark.config.Range;

/**
 * How an epoch is cut into workers' shares, steps and averaging rounds. Worker w of K owns the
 * examples [w*N/K, (w+1)*N/K) of the epoch's sequence and trains them in consecutive minibatches;
 * shares differ by at most one example. All workers count iterations alike: step t of round r is
 * iteration {@code epoch * stepsPerEpoch + r * averagingFrequency + t}, also for a worker whose
 * share ends one minibatch early.
 *
 * @param examples N, examples of an epoch
 * @param workers K
 * @param batch examples of a worker's minibatch; the last of an epoch may hold fewer
 * @param averagingFrequency a worker's steps in a round; the last round of an epoch may have fewer
 */
public record RoundPlan(long examples, int workers, int batch, int averagingFrequency)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public RoundPlan {
    Range.checkCount("workers", workers);
    Range.checkCount("batch", batch);
    Range.checkCount("frequency", averagingFrequency);
    if (examples < workers) {
      throw new BadInputException(
          "The data set has "
              + examples
              + " training examples for "
              + workers
              + " workers: use no more workers than examples");
    }
  }

  /** The first example of a worker's share in the epoch's sequence. */
  public long firstExample(int worker) {
    return Math.floorDiv(Math.multiplyExact(worker, examples), (long) workers);
  }

  /** The number of examples in a worker's share. */
  public long share(int worker) {
    return firstExample(worker + 1) - firstExample(worker);
  }

  /** The minibatches of a worker's share. */
  public long workerSteps(int worker) {
    return ceilDiv(share(worker), batch);
  }

  /** The minibatches of the largest share: the iterations of an epoch. */
  public long stepsPerEpoch() {
    return ceilDiv(ceilDiv(examples, workers), batch);
  }

  /** The rounds of an epoch. */
  public int roundsPerEpoch() {
    return Math.toIntExact(ceilDiv(stepsPerEpoch(), averagingFrequency));
  }

  /** The first step of a round within its epoch: the index of every worker's next minibatch. */
  public long firstStep(int round) {
    return (long) round * averagingFrequency;
  }

  /** The iterations of a round. */
  public int steps(int round) {
    return (int) Math.min(averagingFrequency, stepsPerEpoch() - firstStep(round));
  }

  /** The steps of one worker in a round; 0 where its share has ended. */
  public int steps(int round, int worker) {
    return (int) Math.max(0, Math.min(averagingFrequency, workerSteps(worker) - firstStep(round)));
  }

  /** The global iteration at which a round begins. */
  public long firstIteration(int epoch, int round) {
    return epoch * stepsPerEpoch() + firstStep(round);
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
