package org.sscspark.pruning.method;

import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.ScoringDefaults;

/** Random places within shares of layers: such methods differ in the shares alone. */
abstract class RandomPlaces implements AtRandom {
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
  public final ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withFixedBudget(budget);
  }
}
