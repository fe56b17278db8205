package org.sscspark.pruning.method;

import org.sscspark.pruning.GradientSource;
import org.sscspark.pruning.PruningSettings.Statistics;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;

/**
 * ProsPR (Alizadeh et al., ICLR 2022), first order: SNIP with the gradient that the weights have
 * after a few steps of training, which go nowhere else.
 */
public final class ProsPr implements ScoringMethod {
  private static final String NAME = "prospr";
  private static final int STEPS = 3;
  private static final double LEARNING_RATE = 0.1;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "\\|w g'\\|, g' after three steps of SGD";
  }

  @Override
  public boolean needsData() {
    return true;
  }

  /** The steps are training, so batch norm does as in training. */
  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withBatchNorm(Statistics.CHUNK);
  }

  /** Each step multiplies what single precision rounds off, so that ranks would not repeat. */
  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(context.exactGradients(), STEPS, LEARNING_RATE);
  }

  /**
   * The score. All gradients see the same examples.
   *
   * @param steps of SGD before the gradient that counts
   * @param learningRate of these steps, which have no momentum and no decay
   */
  public record Score(GradientSource gradients, int steps, double learningRate) implements Scorer {
    @Override
    public String method() {
      return NAME;
    }

    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      double[] weights = kept.masked(initial);
      for (int i = 0; i < steps; i++) {
        double[] gradient = gradients.gradient(weights, step);
        for (int w = 0; w < weights.length; w++) {
          if (kept.keeps(w)) {
            weights[w] -= learningRate * gradient[w];
          }
        }
      }
      double[] score = Vectors.absoluteProduct(initial, gradients.gradient(weights, step));
      kept.clearPruned(score);
      return score;
    }

    @Override
    public String description() {
      return "%s, after %s steps of SGD with rate %s"
          .formatted(gradients.description(), steps, learningRate);
    }
  }
}
