package org.sscspark.training;

import java.io.Serializable;

/**
 * Which rule changes the parameters; bound from {@code train.updater}.
 *
 * @param kind the rule; settings of the other rules are ignored
 * @param momentum of {@code nesterov}, in [0, 1)
 * @param beta1 decay of {@code adam}'s mean, in [0, 1)
 * @param beta2 decay of {@code adam}'s squared mean, in [0, 1)
 * @param epsilon what {@code adam} adds to its denominator, positive
 */
public record UpdaterSettings(
    Kind kind, double momentum, double beta1, double beta2, double epsilon)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The updaters there are. */
  public enum Kind {
    NESTEROV,
    ADAM,
    SGD
  }

  public UpdaterSettings {
    Range.HALF_OPEN_UNIT.check("momentum", momentum);
    Range.HALF_OPEN_UNIT.check("beta1", beta1);
    Range.HALF_OPEN_UNIT.check("beta2", beta2);
    Range.POSITIVE.check("epsilon", epsilon);
  }

  /** The updater that these settings name. */
  public Updater updater() {
    return switch (kind) {
      case NESTEROV -> new Nesterov(momentum);
      case ADAM -> new Adam(beta1, beta2, epsilon);
      case SGD -> new Sgd();
    };
  }
}
