package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/** ERK+ (Liu et al., ICLR 2022): ERK's shares with a dense last layer, at random places. */
public final class RandomErkPlus implements ScoringMethod {
  @Override
  public String name() {
    return "random-erk-plus";
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
    return ScoringDefaults.COMMON.withFixedBudget(Budget.ERK_PLUS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
