package org.sscspark.spark.trial;

import java.util.List;
import org.sscspark.network.NetworkSummary;

/**
 * What is told of the network that a trial has trained: its layers, and what it costs.
 *
 * @param layers those with weights, in order
 * @param parameters kept weights, biases, scales and shifts
 * @param effectiveNodes filters on a path from the input to the logits
 * @param log10Paths the decimal logarithm of the number of such paths; NaN if there are none
 * @param dense the same network with all weights
 * @param checkpointBytes of all files of its newest checkpoint
 */
public record TrialNetwork(
    List<Layer> layers,
    long parameters,
    long effectiveNodes,
    double log10Paths,
    Dense dense,
    long checkpointBytes) {
  /**
   * A layer.
   *
   * @param prunable weights before anything is dropped
   * @param effective kept weights on a path from the input to the logits
   * @param macs multiply-adds of one image with the kept weights
   * @param deadFilters filters on no such path
   */
  public record Layer(
      String name, long prunable, long kept, long effective, long macs, int deadFilters) {
    /** Kept over prunable weights. */
    public double density() {
      return (double) kept / prunable;
    }
  }

  /**
   * The network before anything is dropped.
   *
   * @param prunable weights that a method may drop
   * @param macs multiply-adds of one image
   */
  public record Dense(long prunable, long macs) {
    /** Of a trial's network with all weights. */
    public static Dense of(Trial trial) {
      NetworkSummary dense =
          NetworkSummary.of(
              trial
                  .experiment()
                  .design()
                  .dense(trial.training().shape(), trial.training().classes().size()));
      return new Dense(dense.prunable(), dense.denseMacs());
    }
  }

  public TrialNetwork {
    layers = List.copyOf(layers);
  }

  /** Of a network's counts. */
  public static TrialNetwork of(NetworkSummary summary, Dense dense, long checkpointBytes) {
    return new TrialNetwork(
        summary.rows().stream()
            .map(
                row ->
                    new Layer(
                        row.name(),
                        row.prunable(),
                        row.kept(),
                        row.effective(),
                        row.keptMacs(),
                        row.deadFilters()))
            .toList(),
        summary.parameters(),
        summary.effectiveNodes(),
        Double.isFinite(summary.log10Paths()) ? summary.log10Paths() : Double.NaN,
        dense,
        checkpointBytes);
  }

  /** Multiply-adds of one image. */
  public long macs() {
    return layers.stream().mapToLong(Layer::macs).sum();
  }

  /** Multiply-adds over those of the dense network. */
  public double macShare() {
    return (double) macs() / dense.macs();
  }

  /** Kept weights. */
  public long kept() {
    return layers.stream().mapToLong(Layer::kept).sum();
  }

  /** Kept weights over the dense network's. */
  public double density() {
    return (double) kept() / dense.prunable();
  }

  /** Kept weights on a path from the input to the logits, over the dense network's. */
  public double effectiveDensity() {
    return (double) layers.stream().mapToLong(Layer::effective).sum() / dense.prunable();
  }

  /** Layers of which nothing is left. */
  public List<String> collapsedLayers() {
    return layers.stream().filter(layer -> layer.kept() == 0).map(Layer::name).toList();
  }
}
