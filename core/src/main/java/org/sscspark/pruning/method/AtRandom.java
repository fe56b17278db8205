package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringMethod;

/** A method that chooses places at random, if only those that it begins with. */
interface AtRandom extends ScoringMethod {
  @Override
  default boolean isIterative() {
    return false;
  }

  @Override
  default Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
