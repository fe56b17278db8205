package org.sscspark.pattern;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.sscspark.config.BadInputException;
import org.sscspark.config.UnmetSettingsException;

/** Divides a global density among layers. */
public final class DensityAllocator {
  /** Halvings of the search interval: more than a double's bits. */
  private static final int BISECTIONS = 200;

  private DensityAllocator() {}

  /** The densities that a layer may get, both in [0, 1]. */
  public record Limits(double least, double most) {
    /** Any density. */
    public static final Limits NONE = new Limits(0, 1);

    /** Every weight. */
    public static final Limits DENSE = new Limits(1, 1);

    public Limits {
      if (!(least >= 0 && least <= most && most <= 1)) {
        throw new IllegalArgumentException(
            "Limits of a density must be ordered in [0, 1], were " + least + " and " + most);
      }
    }
  }

  /**
   * The weights that a density leaves: floor(size x density), where a product that misses an
   * integer by rounding alone counts as that integer: 0.29 x 100 keeps 29.
   */
  public static int keptOf(int size, double density) {
    return (int) Math.floor(size * density * (1 + 0x1p-50));
  }

  /**
   * Returns each layer's density, without limits.
   *
   * @see #densities(DensityProfile, List, List, double)
   */
  public static double[] densities(
      DensityProfile profile, List<PrunableLayer> layers, double density) {
    return densities(profile, layers, Collections.nCopies(layers.size(), Limits.NONE), density);
  }

  /**
   * Returns each layer's density, such that all layers together keep {@code density} of their
   * weights: proportional to the profile's ratio (1, or that of ERK or of the cost), except where a
   * limit binds. They keep less where every layer is at its upper limit.
   *
   * @param limits the limits of each layer; a layer that stays dense has {@link Limits#DENSE} and
   *     counts in the budget like any other
   * @throws BadInputException if the lower limits alone keep more
   */
  public static double[] densities(
      DensityProfile profile, List<PrunableLayer> layers, List<Limits> limits, double density) {
    if (!(density > 0 && density <= 1)) {
      throw new UnmetSettingsException("density is " + density + "; it must be in (0, 1]");
    }
    double total = layers.stream().mapToDouble(PrunableLayer::weights).sum();
    double[] ratios =
        layers.stream()
            .mapToDouble(
                layer ->
                    switch (profile) {
                      case UNIFORM, EXPLICIT -> 1;
                      case ERK -> layer.erkRatio();
                      case BY_COST -> layer.costRatio();
                    })
            .toArray();
    requireFeasible(layers, limits, density, total);
    double low = 0;
    double high = 1;
    for (double ratio : ratios) {
      high = Math.max(high, 1 / ratio);
    }
    if (kept(layers, limits, ratios, high) <= density * total) {
      return scaled(limits, ratios, high);
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (kept(layers, limits, ratios, middle) <= density * total) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return scaled(limits, ratios, low);
  }

  private static double[] scaled(List<Limits> limits, double[] ratios, double factor) {
    double[] densities = new double[ratios.length];
    for (int i = 0; i < ratios.length; i++) {
      Limits limit = limits.get(i);
      densities[i] = Math.min(limit.most(), Math.max(limit.least(), factor * ratios[i]));
    }
    return densities;
  }

  private static double kept(
      List<PrunableLayer> layers, List<Limits> limits, double[] ratios, double factor) {
    double[] densities = scaled(limits, ratios, factor);
    double kept = 0;
    for (int i = 0; i < densities.length; i++) {
      kept += densities[i] * layers.get(i).weights();
    }
    return kept;
  }

  private static void requireFeasible(
      List<PrunableLayer> layers, List<Limits> limits, double density, double total) {
    double least = 0;
    int largest = 0;
    for (int i = 0; i < layers.size(); i++) {
      least += leastWeights(layers, limits, i);
      if (leastWeights(layers, limits, i) > leastWeights(layers, limits, largest)) {
        largest = i;
      }
    }
    if (Math.rint(least) > density * total + 1e-6 * total * density) {
      throw new UnmetSettingsException(
          String.format(
              Locale.ROOT,
              "Density %s cannot be met: the layers keep at least %.0f of %.0f weights (density"
                  + " %.4f); the largest floor is that of layer %s, %.0f of its %d weights%s",
              density,
              least,
              total,
              least / total,
              layers.get(largest).name(),
              leastWeights(layers, limits, largest),
              layers.get(largest).weights(),
              limits.get(largest).least() == 1 ? " (it is to stay dense)" : ""));
    }
  }

  private static double leastWeights(List<PrunableLayer> layers, List<Limits> limits, int i) {
    return limits.get(i).least() * layers.get(i).weights();
  }
}
