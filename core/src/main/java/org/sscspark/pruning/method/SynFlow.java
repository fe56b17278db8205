package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.SynapticFlow;
import org.sscspark.pruning.WeightMask;

/**
 * SynFlow (Tanaka et al., NeurIPS 2020): |weight| x the slope of the sum of logits, in the network
 * of absolute parameters on an all-ones image, without data.
 */
public final class SynFlow implements ScoringMethod {
  static final int STEPS = 100;

  @Override
  public String name() {
    return "synflow";
  }

  @Override
  public String summary() {
    return "\\|w\\| dR/d\\|w\\|";
  }

  @Override
  public boolean needsData() {
    return false;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withSteps(STEPS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(SynapticFlow.of(context.dense(), context.initialParameters()));
  }

  /** The score. */
  public record Score(SynapticFlow flow) implements Scorer {
    @Override
    public String method() {
      return "synflow";
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      return flow.saliency(kept.masked(initial));
    }
  }
}
