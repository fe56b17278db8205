package org.sscspark.pruning;

import java.util.Optional;
import org.sscspark.network.NetworkSpec;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/**
 * A network before its first training step.
 *
 * @param dense the network that weights were dropped from
 * @param network with only the weights that exist
 * @param initialParameters its flat vector
 * @param report what the method did, if it scored weights
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to its only reader.
public record DesignedNetwork(
    NetworkSpec dense,
    NetworkSpec network,
    float[] initialParameters,
    Optional<PruningReport> report) {

  /** Weights over the prunable weights of the dense network, whatever became of its layers. */
  public double density() {
    return density(dense, network);
  }

  /** The weights of a network over the prunable weights of the dense one. */
  public static double density(NetworkSpec dense, NetworkSpec network) {
    long prunable = dense.weighted().stream().mapToLong(Op.Weighted::prunable).sum();
    return (double) ParameterLayout.of(network).weightCount() / prunable;
  }
}
