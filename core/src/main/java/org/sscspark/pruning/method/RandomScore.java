package org.sscspark.pruning.method;

import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.WeightMask;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/** Uniform random scores: random pruning within each layer's budget. */
public record RandomScore(long seed) implements Scorer {
  @Override
  public String method() {
    return "random";
  }

  @Override
  public double[] score(float[] initial, WeightMask kept, int step) {
    RandomStream random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
    double[] score = new double[kept.size()];
    for (int i = 0; i < score.length; i++) {
      score[i] = random.nextDouble();
    }
    return score;
  }
}
