package org.sscspark.pruning;

import java.util.List;

/** How the kept weights are shared out over layers. */
public sealed interface LayerBudget {
  /** All layers compete: the highest scores of the whole network are kept. */
  record Global() implements LayerBudget {}

  /**
   * Each layer keeps its own share.
   *
   * @param name where the shares come from, such as {@code erk}
   * @param densities the final density of each layer, in the network's order
   */
  record PerLayer(String name, List<Double> densities) implements LayerBudget {
    public PerLayer {
      densities = List.copyOf(densities);
      for (double density : densities) {
        if (!(density >= 0 && density <= 1)) {
          throw new IllegalArgumentException("Layer density " + density + " must be in [0, 1]");
        }
      }
    }

    /**
     * Returns how many weights each layer keeps in the end: shares are rounded down, and the
     * weights that are left go to those that lost most by it, of equals to the first, so that the
     * network keeps exactly its budget.
     *
     * @param layers of the unpruned network
     * @param density of the whole network
     */
    public int[] counts(WeightMask layers, double density) {
      int[] counts = new int[layers.layers()];
      double[] lost = new double[counts.length];
      int left = Pruner.keptOf(layers.size(), density);
      for (int layer = 0; layer < counts.length; layer++) {
        double share = densities.get(layer);
        counts[layer] = Pruner.keptOf(layers.size(layer), share);
        lost[layer] = layers.size(layer) * share - counts[layer];
        left -= counts[layer];
      }
      for (; left > 0; left--) {
        int most = 0;
        for (int layer = 1; layer < counts.length; layer++) {
          if (lost[layer] > lost[most]) {
            most = layer;
          }
        }
        if (lost[most] <= 0) {
          break;
        }
        counts[most]++;
        lost[most] = 0;
      }
      return counts;
    }
  }
}
