package org.sscspark.pruning.method;

import java.util.Optional;
import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.PruningSettings.Statistics;
import org.sscspark.pruning.Regrowth;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;

/**
 * RigL (Evci et al., "Rigging the lottery", ICML 2020): begins at random, and while it trains the
 * smallest weights move to where the slope of the loss is largest.
 */
public final class RiggedLottery implements ScoringMethod {
  @Override
  public String name() {
    return "rigl";
  }

  @Override
  public String summary() {
    return "random, moves to the largest \\|g\\| while it trains";
  }

  /** Not for what it begins with. */
  @Override
  public boolean needsData() {
    return false;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withBudget(Budget.ERK).withBatchNorm(Statistics.CHUNK);
  }

  @Override
  public Optional<Regrowth> regrowth() {
    return Optional.of(new Regrowth(Regrowth.Growth.GRADIENT, 10, 0.3, 0.75));
  }

  @Override
  public boolean isIterative() {
    return false;
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new RandomScore(context.seed());
  }
}
