package org.sscspark.pruning.method;

import org.sscspark.pruning.GradientSource;
import org.sscspark.pruning.NtkTraceBound;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringData;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;

/**
 * PX, path exclusion (Iurada, Ciccone and Tommasi, CVPR 2024): weight^2 x the slope, by weight^2,
 * of an {@link NtkTraceBound upper bound of the trace of the neural tangent kernel}. It is {@link
 * SynFlowL2} that weighs each logit by how many paths to it images open.
 */
public final class Px implements ScoringMethod {
  private static final String NAME = "px";
  private static final int BATCHES = 2;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "w^2 dR/d(w^2), R bounds the NTK's trace";
  }

  @Override
  public boolean needsData() {
    return true;
  }

  /** Only from what images open. */
  @Override
  public boolean needsLabels() {
    return false;
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON
        .withSteps(SynFlow.STEPS)
        .withAmount(new ScoringData.Amount.Batches(BATCHES));
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(
        context
            .sources()
            .of(
                NtkTraceBound.of(
                    context.dense(), context.initialParameters(), context.plan().mode()),
                context.plan().data()));
  }

  /**
   * The score.
   *
   * @param slopes of the bound by squared weights
   */
  public record Score(GradientSource slopes) implements Scorer {
    @Override
    public String method() {
      return NAME;
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      double[] score = slopes.gradient(kept.masked(initial), step);
      for (int i = 0; i < score.length; i++) {
        score[i] *= (double) initial[i] * initial[i];
      }
      kept.clearPruned(score);
      return score;
    }

    @Override
    public String description() {
      return slopes.description();
    }
  }
}
