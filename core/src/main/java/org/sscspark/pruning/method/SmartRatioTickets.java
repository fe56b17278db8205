package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/**
 * The layer shares of random tickets, at random places; see {@link
 * org.sscspark.pruning.SmartRatio}.
 */
public final class SmartRatioTickets implements ScoringMethod {
  @Override
  public String name() {
    return "smart-ratio";
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
    return ScoringDefaults.COMMON.withFixedBudget(Budget.SMART_RATIO);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
