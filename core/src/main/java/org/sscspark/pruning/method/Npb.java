package org.sscspark.pruning.method;

import java.util.List;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pattern.DensityProfile;
import org.sscspark.pattern.PrunableLayer;
import org.sscspark.pruning.LayerBudget;
import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * NPB, node-path balance (Pham et al., NeurIPS 2023): within ERK's shares, supports that keep many
 * channels and many paths alive. The authors solve integer programs; here a greedy choice makes the
 * same objective as large as it can, weight by weight; see {@link KernelShares}.
 */
public final class Npb implements ScoringMethod {
  private static final String NAME = "npb";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "1 where nodes and paths gain most, else 0";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withFixedBudget(Budget.ERK);
  }

  @Override
  public boolean isIterative() {
    return false;
  }

  @Override
  public boolean ranksAll() {
    return false;
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(context.dense(), context.density(), context.seed());
  }

  /**
   * The score: 1 for as many weights of each layer as its share has, 0 for the others.
   *
   * @param network the unpruned network
   * @param seed of the order among equals
   */
  public record Score(NetworkSpec network, double density, long seed) implements Scorer {
    @Override
    public String method() {
      return NAME;
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      WeightMask all = WeightMask.all(network);
      List<PrunableLayer> layers = network.layers();
      double[] densities = DensityAllocator.densities(DensityProfile.ERK, layers, density);
      int[] counts = LayerBudget.PerLayer.of("erk", densities).counts(all, density);
      return new BalancedPaths(network, counts, RandomStream.of(seed, Purpose.PRUNING_SCORE))
          .largest(initial, kept.size());
    }

    @Override
    public String description() {
      return "no data, greedily";
    }
  }
}
