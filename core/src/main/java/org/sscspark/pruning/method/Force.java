package org.sscspark.pruning.method;

import org.sscspark.pruning.GradientSource;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;

/**
 * FORCE (de Jorge et al., ICLR 2021): |initial weight x gradient at the pruned network|. The
 * gradient is dense, so pruned weights can come back.
 */
public final class Force implements ScoringMethod {
  private static final String NAME = "force";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "\\|w g'\\|, g' of the pruned network";
  }

  static final int STEPS = 10;

  @Override
  public boolean needsData() {
    return true;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withSteps(STEPS);
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(context.gradients());
  }

  /** The score. */
  public record Score(GradientSource gradients) implements Scorer {
    @Override
    public String method() {
      return NAME;
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      return Vectors.absoluteProduct(initial, gradients.gradient(kept.masked(initial), step));
    }

    @Override
    public boolean revives() {
      return true;
    }

    @Override
    public String description() {
      return gradients.description();
    }
  }
}
