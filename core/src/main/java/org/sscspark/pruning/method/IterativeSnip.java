package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/**
 * SNIP in steps, with the defaults of FORCE, which comes from the same paper; see {@link
 * SnipScore}.
 */
public final class IterativeSnip implements ScoringMethod {
  @Override
  public String name() {
    return "iterative-snip";
  }

  @Override
  public String summary() {
    return "\\|w g\\| of the pruned network";
  }

  @Override
  public boolean needsData() {
    return true;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withSteps(Force.STEPS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new SnipScore(context.gradients());
  }
}
