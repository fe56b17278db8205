package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;

/** The weight's size at initialisation. */
public final class Magnitude implements ScoringMethod {
  private static final String NAME = "magnitude";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "\\|w\\|";
  }

  @Override
  public boolean isIterative() {
    return false;
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score();
  }

  /** The score. */
  public record Score() implements Scorer {
    @Override
    public String method() {
      return NAME;
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      double[] score = new double[kept.size()];
      for (int i = 0; i < score.length; i++) {
        score[i] = Math.abs(initial[i]);
      }
      return score;
    }
  }
}
