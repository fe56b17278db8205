package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.SynapticFlow;
import org.sscspark.pruning.WeightMask;

/**
 * SynFlow-L2 (Gebhart, Saxena and Schrater, 2021; Patil and Dovrolis, ICML 2021): {@link SynFlow}
 * of the network of squared weights.
 */
public final class SynFlowL2 implements ScoringMethod {
  @Override
  public String name() {
    return "synflow-l2";
  }

  @Override
  public String summary() {
    return "w^2 dR/d(w^2)";
  }

  @Override
  public boolean needsData() {
    return false;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withSteps(SynFlow.STEPS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(SynapticFlow.of(context.dense(), context.initialParameters()));
  }

  /** The score. */
  public record Score(SynapticFlow flow) implements Scorer {
    @Override
    public String method() {
      return "synflow-l2";
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      return flow.squaredSaliency(kept.masked(initial));
    }
  }
}
