package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringMethod;

/**
 * Prune and fine-tune (Han et al., "Learning both weights and connections for efficient neural
 * networks", NIPS 2015): the dense network is trained first, the weights that are largest then are
 * kept, and training continues with them.
 */
public final class FineTune implements ScoringMethod {
  @Override
  public String name() {
    return "fine-tune";
  }

  @Override
  public String summary() {
    return "\\|w\\| after dense training";
  }

  @Override
  public double denseShare() {
    return 0.5;
  }

  @Override
  public boolean isIterative() {
    return false;
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Magnitude.Score();
  }
}
