package org.sscspark.pruning.method;

import java.util.Optional;
import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.PruningSettings.Statistics;
import org.sscspark.pruning.Regrowth;
import org.sscspark.pruning.ScoringDefaults;

/**
 * RigL (Evci et al., "Rigging the lottery", ICML 2020): begins at random, and while it trains the
 * smallest weights move to where the slope of the loss is largest.
 */
public final class RiggedLottery implements AtRandom {
  @Override
  public String name() {
    return "rigl";
  }

  @Override
  public String summary() {
    return "random, moves to the largest \\|g\\| while it trains";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withBudget(Budget.ERK).withBatchNorm(Statistics.CHUNK);
  }

  @Override
  public Optional<Regrowth> regrowth() {
    return Optional.of(new Regrowth(Regrowth.Growth.GRADIENT, 10, 0.3, 0.75));
  }
}
