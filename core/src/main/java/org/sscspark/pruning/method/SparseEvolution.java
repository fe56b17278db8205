package org.sscspark.pruning.method;

import java.util.Optional;
import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Regrowth;
import org.sscspark.pruning.ScoringDefaults;

/**
 * SET, sparse evolutionary training (Mocanu et al., Nature Communications 2018): begins at random,
 * and while it trains the smallest weights move to random places.
 */
public final class SparseEvolution implements AtRandom {
  @Override
  public String name() {
    return "set";
  }

  @Override
  public String summary() {
    return "random, moves while it trains";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withBudget(Budget.ERK);
  }

  @Override
  public Optional<Regrowth> regrowth() {
    return Optional.of(new Regrowth(Regrowth.Growth.RANDOM, 10, 0.3, 0.75));
  }
}
