package org.sscspark.pruning;

import java.util.Locale;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import org.sscspark.config.UnmetSettingsException;
import org.sscspark.network.NetworkSummary;

/**
 * Finds the density at which a method's network costs a given number of multiply-adds an image, so
 * that methods can be compared at equal work instead of equal weights. A pure function of the
 * method: no clock, no order of arrival.
 *
 * @param macs multiply-adds of one image, forward
 */
public record MacsBudget(long macs) {
  /** A network may miss the budget by this share. */
  public static final double TOLERANCE = 0.01;

  /** Nearer than this, there is no use in continuing. */
  private static final double GOOD_ENOUGH = 0.002;

  /** Enough halvings to tell any two steps of a structure apart. */
  private static final int MOST_TRIALS = 40;

  public MacsBudget {
    if (macs < 1) {
      throw new UnmetSettingsException(
          "macs = " + macs + ": give multiply-adds of one image, above 0");
    }
  }

  /**
   * Designs networks of different densities until one costs what it may.
   *
   * @param first the density to begin with, in (0, 1]
   * @param method makes the network of a density in (0, 1], whose multiply-adds grow with it, or
   *     refuses it by an {@link UnmetSettingsException}; others, which say nothing of the density,
   *     are thrown on
   * @throws UnmetSettingsException if no density comes within {@link #TOLERANCE}: the message names
   *     the nearest
   */
  public DesignedNetwork design(double first, DoubleFunction<DesignedNetwork> method) {
    Optional<Candidate> best = Optional.empty();
    Optional<UnmetSettingsException> refusal = Optional.empty();
    NavigableSet<Double> refused = new TreeSet<>();
    double low = 0;
    // Open at both ends: 1 itself may be tried, once.
    double high = Math.nextUp(1.0);
    double density = first;
    for (int trial = 0; trial < MOST_TRIALS && density > low && density < high; trial++) {
      double next = (low + high) / 2;
      boolean enough;
      try {
        Candidate candidate = Candidate.of(density, method.apply(density), macs);
        if (best.isEmpty()) {
          low = Objects.requireNonNullElse(refused.lower(density), low);
          high = Objects.requireNonNullElse(refused.higher(density), high);
        }
        if (best.isEmpty() || candidate.miss() < best.get().miss()) {
          best = Optional.of(candidate);
        }
        if (candidate.miss() <= GOOD_ENOUGH) {
          break;
        }
        enough = candidate.cost() > macs;
        // The step that is right if all weights cost alike.
        next = Math.min(1, density * macs / candidate.cost());
      } catch (UnmetSettingsException e) {
        refusal = Optional.of(refusal.orElse(e));
        if (best.isEmpty()) {
          // Too little for some layer, or else more than the structure can have: who knows.
          refused.add(density);
          density = middleOfWidestGap(refused);
          continue;
        }
        enough = best.get().density() < density;
      }
      if (enough) {
        high = density;
      } else {
        low = density;
      }
      density = next > low && next < high ? next : (low + high) / 2;
    }
    if (best.isEmpty()) {
      throw refusal.orElseThrow();
    }
    return best.get().within(macs);
  }

  /** Far from all densities that were refused; of two places the one with more weights. */
  private static double middleOfWidestGap(NavigableSet<Double> refused) {
    NavigableSet<Double> ends = new TreeSet<>(refused);
    ends.add(0.0);
    double above = 1;
    double widest = 0;
    double middle = 1;
    for (double below : ends.descendingSet()) {
      if (above - below > widest) {
        widest = above - below;
        middle = (above + below) / 2;
      }
      above = below;
    }
    return middle;
  }

  private record Candidate(double density, DesignedNetwork network, long cost, double miss) {
    static Candidate of(double density, DesignedNetwork network, long macs) {
      long cost = NetworkSummary.of(network.network()).keptMacs();
      return new Candidate(density, network, cost, Math.abs((double) cost / macs - 1));
    }

    DesignedNetwork within(long macs) {
      if (miss > TOLERANCE) {
        throw new UnmetSettingsException(
            String.format(
                Locale.ROOT,
                "No density costs %,d multiply-adds within 1 %%: the nearest is %.4g with %,d;"
                    + " give another budget, or another method",
                macs,
                density,
                cost));
      }
      return network;
    }
  }
}
