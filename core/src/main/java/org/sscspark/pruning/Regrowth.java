package org.sscspark.pruning;

import java.util.BitSet;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.ParameterLayout;
import org.sscspark.pattern.DensityAllocator;
import org.sscspark.random.Purpose;
import org.sscspark.random.RandomStream;

/**
 * How a support moves while it is trained: every so many rounds a share of each layer's weights go,
 * the smallest, and as many come at places of the layer that have none, at zero. Places that have
 * just become free take part: a weight that goes and comes in one move stays as it was. Layers keep
 * their numbers of weights.
 *
 * @param growth where weights come
 * @param rounds between two moves
 * @param share of a layer's weights that a move takes, at the start
 * @param until the share of training after which nothing moves any more
 */
public record Regrowth(Growth growth, int rounds, double share, double until) {
  /** Where weights come, and how many. */
  public enum Growth {
    /** At random; always the same share. SET: Mocanu et al., Nature Communications 2018. */
    RANDOM,
    /**
     * Where the slope of the loss is largest; the share falls as half a cosine to zero. RigL: Evci
     * et al., ICML 2020.
     */
    GRADIENT
  }

  /**
   * Whether weights move before the next round.
   *
   * @param done rounds of the whole run
   * @param progress share of training
   */
  public boolean isDue(long done, double progress) {
    return done > 0 && done % rounds == 0 && progress < until;
  }

  /** The share of weights that a move takes after a share of training. */
  double shareAt(double progress) {
    return switch (growth) {
      case RANDOM -> share;
      case GRADIENT -> share / 2 * (1 + StrictMath.cos(Math.PI * progress / until));
    };
  }

  /**
   * The support after a move: a pure function of its arguments.
   *
   * @param trained the network and its flat vector
   * @param done rounds of the whole run
   * @param progress share of training
   * @param gradients where slopes are computed; asked by {@link Growth#GRADIENT} alone
   */
  public NetworkSpec moved(Trained trained, long done, double progress, Slopes gradients) {
    NetworkSpec dense = trained.dense();
    WeightMask kept = WeightMask.of(dense, trained.network());
    float[] weights = trained.spread();
    double[] scores =
        switch (growth) {
          case RANDOM -> random(kept, trained.seed(), done);
          case GRADIENT -> gradients.at(weights, kept, Math.toIntExact(done / rounds));
        };
    return dense.withSupports(moved(kept, weights, scores, shareAt(progress)).supports());
  }

  /**
   * A network between two rounds.
   *
   * @param dense the network with all its weights
   * @param network with those that exist now
   * @param parameters its flat vector
   * @param seed of the run
   */
  @SuppressWarnings("ArrayRecordComponent") // Read only.
  public record Trained(NetworkSpec dense, NetworkSpec network, float[] parameters, long seed) {
    /** The flat vector of the dense network: zero where there is no weight. */
    float[] spread() {
      return ParameterLayout.of(dense).carried(ParameterLayout.of(network), parameters);
    }
  }

  /** The sizes of the loss's slopes by all weights, those that do not exist too. */
  @FunctionalInterface
  public interface Slopes {
    /** For growth that asks for none. */
    Slopes NONE =
        (weights, kept, draw) -> {
          throw new IllegalStateException("Random growth asked for gradients");
        };

    /**
     * Their absolute values.
     *
     * @param weights the flat vector of the dense network
     * @param kept the weights that exist
     * @param draw which images: equal draws see equal images
     */
    double[] at(float[] weights, WeightMask kept, int draw);
  }

  /**
   * Moves weights.
   *
   * @param weights as in the flat vector of the dense network
   * @param scores of places: the highest grow
   */
  static WeightMask moved(WeightMask kept, float[] weights, double[] scores, double share) {
    double[] sizes = new double[kept.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(weights[i]);
    }
    BitSet before = kept.bits();
    BitSet after = new BitSet();
    for (int layer = 0; layer < kept.layers(); layer++) {
      int from = kept.offset(layer);
      int to = kept.offset(layer + 1);
      int moving = DensityAllocator.keptOf(kept.count(layer), share);
      HighestScores.keepHighest(sizes, before, from, to, kept.count(layer) - moving, after);
      BitSet free = (BitSet) after.clone();
      free.flip(from, to);
      HighestScores.keepHighest(scores, free, from, to, moving, after);
    }
    return kept.with(after);
  }

  private static double[] random(WeightMask kept, long seed, long done) {
    RandomStream random = RandomStream.of(seed, Purpose.REGROWTH, done);
    double[] scores = new double[kept.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextDouble();
    }
    return scores;
  }
}
