package org.sscspark.training;

import java.util.Iterator;
import org.sscspark.data.Minibatch;
import org.sscspark.data.TrainingBatch;

/** Who takes the steps of a round: the host, or the replica where it computes. */
sealed interface TrainingSteps permits HostSteps, ResidentSteps {
  /** What a round's steps did besides changing parameters and state. */
  record Work(Tally tally, PhaseSeconds phases) {}

  /**
   * Trains the replica's parameters.
   *
   * @param state of the optimizer, which changes with them
   * @param batches at least as many as steps
   * @throws DivergedException if a loss is not finite
   */
  Work take(float[] state, Iterator<? extends TrainingBatch> batches, RoundSteps steps);

  /** A minibatch in host memory. */
  static Minibatch onHost(TrainingBatch batch) {
    if (batch instanceof Minibatch minibatch) {
      return minibatch;
    }
    throw new IllegalArgumentException("These minibatches are of another replica's training set");
  }
}
