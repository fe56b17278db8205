package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/** Random places within shares of layers: such methods differ in the shares alone. */
abstract class RandomPlaces implements ScoringMethod {
  private final String name;
  private final Budget budget;

  RandomPlaces(String name, Budget budget) {
    this.name = name;
    this.budget = budget;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return "random";
  }

  @Override
  public final boolean needsData() {
    return false;
  }

  @Override
  public final ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withFixedBudget(budget);
  }

  @Override
  public final boolean isIterative() {
    return false;
  }

  @Override
  public final Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
