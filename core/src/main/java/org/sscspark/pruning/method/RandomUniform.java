package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/** The same share of each layer, at random places. */
public final class RandomUniform implements ScoringMethod {
  @Override
  public String name() {
    return "random-uniform";
  }

  @Override
  public String summary() {
    return "random";
  }

  @Override
  public boolean needsData() {
    return false;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withFixedBudget(Budget.UNIFORM);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
