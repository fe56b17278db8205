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
  }
}
