package org.sscspark.pruning;

import java.util.ArrayList;
import java.util.List;

/**
 * What a method did, for the record of a run.
 *
 * @param method the score's name
 * @param schedule the schedule, in words
 * @param budget how layers shared the budget
 * @param data what the score saw
 * @param requestedDensity the density asked for
 * @param layers each weighted layer, in the network's order
 */
public record PruningReport(
    String method,
    String schedule,
    String budget,
    String data,
    double requestedDensity,
    List<Layer> layers) {
  public PruningReport {
    layers = List.copyOf(layers);
  }

  /** What is left of a layer. */
  public record Layer(String name, int prunable, int kept, int deadFilters) {
    public double density() {
      return (double) kept / prunable;
    }

    /** Whether nothing is left, so that the network's output is constant or loses a branch. */
    public boolean collapsed() {
      return kept == 0;
    }
  }

  /** Describes the outcome of a pruner. */
  public static PruningReport of(Pruner pruner, double density, Kept kept) {
    List<Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < kept.layers(); layer++) {
      layers.add(
          new Layer(
              kept.layer(layer).name(),
              kept.size(layer),
              kept.count(layer),
              kept.deadFilters(layer)));
    }
    return new PruningReport(
        pruner.scorer().method(),
        pruner.schedule().toString(),
        pruner.budget() instanceof LayerBudget.PerLayer perLayer ? perLayer.name() : "global",
        pruner.scorer().description(),
        density,
        layers);
  }

  /** Kept weights over prunable weights. */
  public double density() {
    long prunable = layers.stream().mapToLong(Layer::prunable).sum();
    return (double) layers.stream().mapToLong(Layer::kept).sum() / prunable;
  }

  /** The names of layers of which nothing is left. */
  public List<String> collapsedLayers() {
    return layers.stream().filter(Layer::collapsed).map(Layer::name).toList();
  }
}
