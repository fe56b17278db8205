package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.SynapticFlow;

/**
 * SynFlow-L2 (Gebhart, Saxena and Schrater, 2021; Patil and Dovrolis, ICML 2021): {@link SynFlow}
 * of the network of squared weights.
 */
public final class SynFlowL2 implements ScoringMethod {
  private static final String NAME = "synflow-l2";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "w^2 dR/d(w^2)";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withSteps(SynFlow.STEPS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return score(SynapticFlow.of(context.dense(), context.initialParameters()));
  }

  /** Its score of a network. */
  public static Scorer score(SynapticFlow flow) {
    return new FlowScore(NAME, flow, /* exponent= */ 2);
  }
}
