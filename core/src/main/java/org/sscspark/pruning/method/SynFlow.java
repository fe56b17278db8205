package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.SynapticFlow;

/**
 * SynFlow (Tanaka et al., NeurIPS 2020): |weight| x the slope of the sum of logits, in the network
 * of absolute parameters on an all-ones image, without data.
 */
public final class SynFlow implements ScoringMethod {
  private static final String NAME = "synflow";
  static final int STEPS = 100;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "\\|w\\| dR/d\\|w\\|";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withSteps(STEPS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return score(SynapticFlow.of(context.dense(), context.initialParameters()));
  }

  /** Its score of a network. */
  public static Scorer score(SynapticFlow flow) {
    return new FlowScore(NAME, flow, /* exponent= */ 1);
  }
}
