package org.sscspark.training;

import java.io.Serializable;

/**
 * Where one worker's time went.
 *
 * @param data waiting for minibatches
 * @param forward forward passes and the loss
 * @param backward backward passes
 * @param update the optimizer and what is done to gradients before
 */
public record PhaseSeconds(double data, double forward, double backward, double update)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No time. */
  public static final PhaseSeconds NONE = new PhaseSeconds(0, 0, 0, 0);

  /** The sums of both. */
  public PhaseSeconds plus(PhaseSeconds other) {
    return new PhaseSeconds(
        data + other.data,
        forward + other.forward,
        backward + other.backward,
        update + other.update);
  }

  /** All phases together. */
  public double total() {
    return data + forward + backward + update;
  }
}
