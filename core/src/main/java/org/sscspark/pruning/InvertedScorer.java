package org.sscspark.pruning;

/**
 * The score turned upside down: a sanity check, which should ruin a method that means something.
 */
public record InvertedScorer(Scorer scorer) implements Scorer {
  @Override
  public String method() {
    return "inverted-" + scorer.method();
  }

  @Override
  public double[] score(float[] initial, WeightMask kept, int step) {
    double[] score = scorer.score(initial, kept, step);
    for (int i = 0; i < score.length; i++) {
      score[i] = -score[i];
    }
    return score;
  }

  @Override
  public boolean revives() {
    return scorer.revives();
  }

  @Override
  public String description() {
    return scorer.description();
  }
}
