package org.sscspark.pruning.method;

import org.sscspark.pruning.GradientSource;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.WeightMask;

/**
 * SNIP (Lee, Ajanthan and Torr, ICLR 2019): |weight x gradient|, the sensitivity of the loss to a
 * multiplicative mask. Under a schedule of several steps it is iterative SNIP (de Jorge et al.,
 * ICLR 2021): pruned weights are zero, so they score zero and stay pruned.
 */
public record SnipScore(GradientSource gradients) implements Scorer {
  @Override
  public String method() {
    return "snip";
  }

  @Override
  public double[] score(float[] initial, WeightMask kept, int step) {
    double[] score =
        Vectors.absoluteProduct(initial, gradients.gradient(kept.masked(initial), step));
    kept.clearPruned(score);
    return score;
  }

  @Override
  public String description() {
    return gradients.description();
  }
}
