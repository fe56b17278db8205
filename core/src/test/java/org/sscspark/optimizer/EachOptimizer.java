package org.sscspark.optimizer;

import java.util.stream.Stream;

/**
 * Optimizers for tests that hold for each. A class of its own: those who name it as the source of
 * their arguments load all that it mentions, and a machine with a GPU lacks ND4J, which others
 * compare optimizers with.
 */
public final class EachOptimizer {
  private EachOptimizer() {}

  /** One of each, with decay of weights and of affine parameters, and no setting's default. */
  public static Stream<Optimizer> all() {
    return Stream.of(
        new Sgd(1e-2, 3e-3),
        new Nesterov(0.8, 1e-2, 3e-3),
        new Adam(0.7, 0.95, 1e-2, 1e-2, 3e-3),
        new AdamW(0.7, 0.95, 1e-2, 1e-2, 3e-3),
        new Lars(0.8, 0.02, 1e-2, 3e-3));
  }
}
