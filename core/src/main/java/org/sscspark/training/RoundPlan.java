package org.sscspark.training;

import java.io.Serializable;
import org.sscspark.config.Range;
import org.sscspark.config.UnmetSettingsException;

/**
 * How an epoch is cut into workers' shares, steps and averaging rounds. Worker w of K owns the
 * examples [w*N/K, (w+1)*N/K) of the epoch's sequence and trains them in consecutive minibatches;
 * shares differ by at most one example. All workers count iterations alike: step t of a round is
 * the run's iteration before the round plus t, also for a worker whose share ends one minibatch
 * early. A round ends with its epoch.
 *
 * @param examples N, examples of an epoch
 * @param workers K
 * @param batch examples of a worker's minibatch; the last of an epoch may hold fewer
 * @param period a worker's steps in a round; the last round of an epoch may have fewer
 */
public record RoundPlan(long examples, int workers, int batch, AveragingPeriod period)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A plan whose rounds all have so many steps. */
  public RoundPlan(long examples, int workers, int batch, int frequency) {
    this(examples, workers, batch, new AveragingPeriod.Constant(frequency));
  }

  public RoundPlan {
    Range.checkCount("workers", workers);
    Range.checkCount("batch", batch);
    if (examples < workers) {
      throw new UnmetSettingsException(
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

  /** The same examples in rounds of other lengths. */
  public RoundPlan with(AveragingPeriod other) {
    return new RoundPlan(examples, workers, batch, other);
  }

  /** The rounds of an epoch, counted from 0. */
  public int rounds(int epoch) {
    long end = (epoch + 1) * stepsPerEpoch();
    int rounds = 0;
    for (long iteration = epoch * stepsPerEpoch(); iteration < end; rounds++) {
      iteration += Math.min(period.at(iteration), end - iteration);
    }
    return rounds;
  }

  /** The epochs, the last of them maybe in part, that so many rounds from the start take. */
  int epochsAt(long rounds) {
    int epochs = 0;
    for (long left = rounds; left > 0; epochs++) {
      left -= rounds(epochs);
    }
    return epochs;
  }

  /** The first step of the next round within its epoch: the index of every worker's minibatch. */
  public long firstStep(TrainingProgress progress) {
    return progress.iteration() - progress.epoch() * stepsPerEpoch();
  }

  /** The iterations of the next round. */
  public int steps(TrainingProgress progress) {
    return (int) Math.min(period.at(progress.iteration()), stepsPerEpoch() - firstStep(progress));
  }

  /** The steps of one worker in the next round; 0 where its share has ended. */
  public int steps(TrainingProgress progress, int worker) {
    return (int) Math.max(0, Math.min(steps(progress), workerSteps(worker) - firstStep(progress)));
  }

  /** Whether the next round is its epoch's last. */
  boolean lastOfEpoch(TrainingProgress progress) {
    return firstStep(progress) + steps(progress) == stepsPerEpoch();
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
