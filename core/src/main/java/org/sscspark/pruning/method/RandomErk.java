package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/** Erdos-Renyi-Kernel shares (Evci et al., ICML 2020), at random places. */
public final class RandomErk implements ScoringMethod {
  @Override
  public String name() {
    return "random-erk";
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
    return ScoringDefaults.COMMON.withFixedBudget(Budget.ERK);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
