package org.sscspark.pruning.method;

import java.util.Locale;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.NetworkSpec;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.pruning.PruningSettings.Budget;
import org.sscspark.pruning.Scorer;
import org.sscspark.pruning.ScoringContext;
import org.sscspark.pruning.ScoringDefaults;
import org.sscspark.pruning.ScoringMethod;
import org.sscspark.pruning.WeightMask;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * PHEW (Patil and Dovrolis, ICML 2021): paths with higher edge weights. Keeps what random walks
 * pass that prefer large weights, so that every kept weight lies on a path. A weight's score is how
 * early a walk passed it.
 */
public final class Phew implements ScoringMethod {
  private static final String NAME = "phew";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "how early a random walk passes w";
  }

  @Override
  public ScoringDefaults defaults() {
    return ScoringDefaults.COMMON.withFixedBudget(Budget.GLOBAL);
  }

  @Override
  public boolean isIterative() {
    return false;
  }

  @Override
  public boolean ranksAll() {
    return false;
  }

  @Override
  public Scorer scorer(ScoringContext context) {
    return new Score(context.dense(), context.density(), context.seed());
  }

  /**
   * The score.
   *
   * @param network the unpruned network
   * @param density the share of weights that walks have to pass
   * @param seed of the walks
   */
  public record Score(NetworkSpec network, double density, long seed) implements Scorer {
    /**
     * Walks give up when they have passed weights this many times as often as there are weights:
     * what is left then is passed so seldom that they would take very long.
     */
    private static final int MOST_PASSES = 16;

    @Override
    public String method() {
      return NAME;
    }

    /**
     * Returns, for each weight that a walk passed, how many distinct ones were passed after it;
     * zero for the others. Walks start from the channels of the image and from the logits, one
     * forward and one back, each in turn.
     *
     * @throws BadInputException if walks do not pass enough weights
     */
    @Override
    public double[] score(float[] initial, WeightMask kept, int step) {
      int weights = kept.size();
      double[] scores = new double[weights];
      int needed = DensityAllocator.keptOf(weights, density);
      if (needed == weights) {
        return scores;
      }
      WeightWalks walks = new WeightWalks(network, initial);
      RandomStream random = RandomStream.of(seed, Purpose.PRUNING_SCORE);
      int channels = network.input().channels();
      int classes = network.classes();
      int left = needed;
      long passes = 0;
      for (int turn = 0; left > 0; turn++) {
        int[] forward = walks.forward(turn % channels, random);
        left = mark(forward, scores, left);
        int[] backward = walks.backward(turn % classes, random);
        left = mark(backward, scores, left);
        passes += Math.max(1, forward.length + backward.length);
        if (left > 0 && passes > (long) MOST_PASSES * weights) {
          throw tooDense(weights, needed - left);
        }
      }
      return scores;
    }

    private static int mark(int[] path, double[] scores, int left) {
      int rest = left;
      for (int weight : path) {
        if (scores[weight] == 0 && rest > 0) {
          scores[weight] = rest--;
        }
      }
      return rest;
    }

    private BadInputException tooDense(int weights, int passed) {
      return new UnmetSettingsException(
          String.format(
              Locale.ROOT,
              "Density %s cannot be met by phew: its walks pass %,d of %,d weights and find no"
                  + " others in good time; take a density of %.2f or less, or another method",
              density,
              passed,
              weights,
              Math.floor(100.0 * passed / weights) / 100));
    }

    @Override
    public String description() {
      return "walks along weights";
    }
  }
}
