package org.sscspark.example;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;

/** A method of a researcher's own: docs/extending.md shows it. */
public final class SmallestWeights implements ScoringMethod {
  @Override
  public String name() {
    return "smallest";
  }

  @Override
  public String summary() {
    return "-\\|w\\|";
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score();
  }

  private record Score() implements Scorer {
    @Override
    public String method() {
      return "smallest";
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      double[] scores = new double[kept.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = -Math.abs(initial[i]);
      }
      return scores;
    }
  }
}
