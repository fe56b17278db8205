package org.sscspark.pruning;

import java.util.Arrays;
import java.util.List;
import org.sscspark.pattern.DensityAllocator;

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

    /** The shares of an array. */
    public static PerLayer of(String name, double[] densities) {
      return new PerLayer(name, Arrays.stream(densities).boxed().toList());
    }

    /**
     * Returns how many weights each layer keeps in the end: shares are rounded down, and the
     * weights that are left go to those that lost most by it, of equals to the first, or what is
     * too much is taken from those that lost least, so that the network keeps exactly its budget.
     *
     * @param layers of the unpruned network
     * @param density of the whole network
     */
    public int[] counts(WeightMask layers, double density) {
      int[] counts = new int[layers.layers()];
      double[] lost = new double[counts.length];
      int left = DensityAllocator.keptOf(layers.size(), density);
      for (int layer = 0; layer < counts.length; layer++) {
        double share = densities.get(layer);
        counts[layer] = DensityAllocator.keptOf(layers.size(layer), share);
        lost[layer] = layers.size(layer) * share - counts[layer];
        left -= counts[layer];
      }
      for (; left > 0; left--) {
        int most = -1;
        for (int layer = 0; layer < counts.length; layer++) {
          if (counts[layer] < layers.size(layer) && (most < 0 || lost[layer] > lost[most])) {
            most = layer;
          }
        }
        counts[most]++;
        lost[most]--;
      }
      for (; left < 0; left++) {
        int least = -1;
        for (int layer = 0; layer < counts.length; layer++) {
          if (counts[layer] > 0 && (least < 0 || lost[layer] < lost[least])) {
            least = layer;
          }
        }
        counts[least]--;
        lost[least]++;
      }
      return counts;
    }
  }
}
