package org.sscspark.training;

import java.io.Serializable;

/**
 * How far a run is: always at the boundary between two rounds.
 *
 * @param epoch the epoch of the next round, from 0; the number of complete epochs
 * @param round the next round within its epoch, from 0
 * @param globalRound complete rounds of the whole run
 * @param iteration complete iterations of the whole run: steps of each worker
 * @param examples examples seen by all workers, over the whole run
 */
public record TrainingProgress(
    int epoch, int round, long globalRound, long iteration, long examples) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Before the first round. */
  public static final TrainingProgress START = new TrainingProgress(0, 0, 0, 0, 0);

  public TrainingProgress {
    if (epoch < 0 || round < 0 || globalRound < round || iteration < 0 || examples < 0) {
      throw new IllegalArgumentException(
          "Progress must not be negative: epoch "
              + epoch
              + ", round "
              + round
              + " (of the run "
              + globalRound
              + "), iteration "
              + iteration
              + ", examples "
              + examples);
    }
  }

  /** The progress after the next round of this plan, in which this many examples were seen. */
  public TrainingProgress afterRound(RoundPlan plan, long examplesOfRound) {
    boolean last = plan.lastOfEpoch(this);
    return new TrainingProgress(
        last ? epoch + 1 : epoch,
        last ? 0 : round + 1,
        globalRound + 1,
        iteration + plan.steps(this),
        examples + examplesOfRound);
  }
}
